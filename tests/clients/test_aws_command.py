"""The `aws` command, unchanged."""

from __future__ import annotations

import pytest

from tests.clients.conftest import Api, Key
from tests.documents import READ_ONLY, TRUST, allow

ACCOUNT = "arn:aws:iam::123456789012"


def test_a_user_is_made_and_described(api: Api, name: str) -> None:
    made = api.aws_json("iam", "create-user", "--user-name", name, "--tags", "Key=team,Value=red")["User"]
    assert made["Arn"] == f"{ACCOUNT}:user/{name}"
    assert api.aws_json("iam", "get-user", "--user-name", name)["User"] == made


def test_the_root_user_is_described_to_itself(api: Api) -> None:
    user = api.aws_json("iam", "get-user")["User"]
    assert (user["Arn"], user["UserId"]) == (f"{ACCOUNT}:root", "123456789012")


def test_a_new_key_is_used_by_the_command(api: Api, user: str) -> None:
    made = api.aws_json("iam", "create-access-key", "--user-name", user)["AccessKey"]
    key = Key(made["AccessKeyId"], made["SecretAccessKey"])
    assert api.aws_json("sts", "get-caller-identity", key=key)["Arn"] == f"{ACCOUNT}:user/{user}"


def test_an_error_reads_as_aws_s(api: Api) -> None:
    done = api.aws("iam", "get-user", "--user-name", "nobody", check=False)
    assert done.returncode != 0
    assert done.stderr.strip().endswith(
        "An error occurred (NoSuchEntity) when calling the GetUser operation: "
        "The user with name nobody cannot be found."
    )


def test_documents_come_back_as_json(api: Api, user: str) -> None:
    api.aws("iam", "put-user-policy", "--user-name", user, "--policy-name", "own", "--policy-document", allow("s3:*"))
    answer = api.aws_json("iam", "get-user-policy", "--user-name", user, "--policy-name", "own")
    assert answer["PolicyDocument"]["Statement"][0]["Action"] == "s3:*"


def test_lists_are_paged_by_the_command_itself(api: Api, user: str, name: str) -> None:
    for number in range(5):
        api.client("iam").create_user(UserName=f"{name}-{number}", Path=f"/{name}/")
    listed = api.aws_json("iam", "list-users", "--path-prefix", f"/{name}/", "--page-size", "2")["Users"]
    assert len(listed) == 5
    first = api.aws_json("iam", "list-users", "--path-prefix", f"/{name}/", "--max-items", "2")
    assert len(first["Users"]) == 2
    rest = api.aws_json("iam", "list-users", "--path-prefix", f"/{name}/", "--starting-token", first["NextToken"])
    assert len(rest["Users"]) == 3


def test_queries_and_tables_work(api: Api, user: str) -> None:
    arn = api.aws("iam", "get-user", "--user-name", user, "--query", "User.Arn", "--output", "text").stdout.strip()
    assert arn == f"{ACCOUNT}:user/{user}"
    assert user in api.aws("iam", "list-users", "--output", "table").stdout


@pytest.mark.parametrize("waiter", ["user-exists", "role-exists", "policy-exists"])
def test_waiters_see_what_is_there(api: Api, user: str, waiter: str) -> None:
    what = {
        "user-exists": ("--user-name", user),
        "policy-exists": ("--policy-arn", READ_ONLY),
        "role-exists": ("--role-name", user),
    }[waiter]
    api.client("iam").create_role(RoleName=user, AssumeRolePolicyDocument=TRUST)
    api.aws("iam", "wait", waiter, *what)
