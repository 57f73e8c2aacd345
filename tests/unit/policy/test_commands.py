"""`bindery policy`: eval, test and lint."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from adapter.cli import cli
from adapter.commands.policy import policy
from tests.documents import ECS_DEFINITION
from tests.unit.policy.policies import statement, text
from tests.unit.policy.test_case_lines import CASE


@pytest.fixture
def run():
    runner = CliRunner()
    return lambda *arguments, given="": runner.invoke(policy, [str(argument) for argument in arguments], input=given)


@pytest.fixture
def write(tmp_path):
    def made(name, *lines):
        path = tmp_path / name
        path.write_text("\n".join(json.dumps(line) if isinstance(line, dict) else line for line in lines))
        return path

    return made


def test_eval_answers_a_line_each(run):
    result = run("eval", given=f"{json.dumps(CASE)}\nx\n{json.dumps(CASE)}\n")
    answers = [json.loads(line) for line in result.output.splitlines()]
    assert [answer.get("decision") for answer in answers] == ["Allowed", None, "Allowed"]
    assert result.exit_code == 0


def test_eval_answers_before_the_next_line_is_written():
    program = "from adapter.commands.policy import policy; policy()"
    with subprocess.Popen(
        [sys.executable, "-c", program, "eval"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        for _ in range(2):
            process.stdin.write(json.dumps(CASE) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["decision"] == "Allowed"
        process.stdin.close()
        assert process.wait(timeout=20) == 0


def test_test_is_content_when_every_case_is_as_expected(run, write):
    path = write("good.jsonl", {**CASE, "expected": "Allowed"}, "", {**CASE, "expected": "Allowed"})
    result = run("test", path)
    assert (result.exit_code, result.output) == (0, "cases: 2, failed: 0\n")


def test_test_tells_what_differs_and_why(run, write):
    path = write("bad.jsonl", {**CASE, "expected": "Allowed"}, {**CASE, "id": "x", "expected": "ImplicitlyDenied"})
    result = run("test", path)
    assert result.exit_code == 1
    assert result.output.splitlines()[:2] == [
        f"{path}:2: case x: expected ImplicitlyDenied, got Allowed",
        "    s3:GetObject on arn:aws:s3:::b/k is allowed by statement 1 of policy identityPolicies[0].",
    ]
    assert result.output.endswith("cases: 2, failed: 1\n")


@pytest.mark.parametrize("line", ["x", CASE])
def test_test_fails_on_what_is_no_test(run, write, line):
    assert run("test", write("odd.jsonl", line)).exit_code == 1


def test_lint_is_silent_about_a_clean_document(run, write):
    path = write("clean.json", text(statement(action="iam:GetUser")))
    assert (run("lint", path).exit_code, run("lint", path).output) == (0, "")


def test_lint_tells_findings_with_place_and_mending(run, write):
    path = write("role.json", text(statement(action="iam:PassRole")))
    result = run("lint", path)
    assert result.exit_code == 0
    assert result.output.startswith(f"{path}: SECURITY_WARNING PASS_ROLE_WITH_STAR: Statement[0].Resource: ")


def test_lint_fails_on_what_aws_would_refuse(run, write):
    assert run("lint", write("bad.json", text(statement(action="GetUser")))).exit_code == 1


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        ({"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}, "trust"),
        ({**statement(action="s3:GetObject"), "Principal": {"AWS": "123456789012"}}, "resource"),
        (statement(action="iam:GetUser"), "identity"),
    ],
)
def test_lint_guesses_what_a_document_is(run, write, made, kind):
    path = write("document.json", text(made))
    assert run("lint", path).output == run("lint", "--kind", kind, path).output == ""


def test_lint_knows_the_services_whose_definitions_are_given(run, write):
    path = write("servers.json", text(statement(action="ecs:CreatServers")))
    definition = write("ecs.toml", ECS_DEFINITION)
    assert run("lint", path).output == ""
    told = run("lint", "--service", definition, path).output
    assert told.startswith(
        f"{path}: WARNING UNKNOWN_ACTION: Statement[0].Action: The service ecs has no action CreatSer"
    )


@pytest.mark.parametrize(("given", "told"), [(b"nonsense", "is not TOML"), (b"\xff", "is not text in UTF-8")])
def test_lint_says_what_is_wrong_with_a_definition(write, tmp_path, given, told):
    path = write("servers.json", text(statement(action="ecs:CreatServers")))
    definition = tmp_path / "bad.toml"
    definition.write_bytes(given)
    result = CliRunner().invoke(cli, ["policy", "lint", "--service", str(definition), str(path)])
    assert (result.exit_code, told in result.output) == (1, True)
