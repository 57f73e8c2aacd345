"""What stands about in a console that is looked at: people who have everything, and what addresses refer to."""

from __future__ import annotations

from adapter import Caller, Iam
from tests.browser.console import LONG_GROUP, LONG_NAME, LONG_POLICY, LONG_ROLE, Console, invite_people
from tests.browser.people import SELF_SERVICE, App, as_root, give_app, make_person
from tests.certificates import make_pair
from tests.documents import ECS_DEFINITION
from tests.saml_provider import metadata

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
_NEXT_VERSION = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ecs:List*","ecs:Get*"],"Resource":"*"}]}'
)
_TAGS = [
    {"key": "team", "value": "engineering"},
    {"key": "cost-centre-of-the-department-that-pays", "value": "4711/0815/2026-" + "9" * 60},
]

Facts = dict[str, str]
"""What stands in braces in the addresses of pages, by name."""


def furnish(console: Console) -> tuple[Facts, dict[str, App]]:
    """Fills a console with people who have everything that a page can show; their authenticator apps, by name."""
    invite_people(console.directory)
    for name in ("ann", "ben"):
        make_person(console, name, SELF_SERVICE)
    make_person(console, "rita", READ_ONLY)
    apps = {name: give_app(console, name) for name in ("ann", LONG_NAME)}
    facts = {"user": LONG_NAME, "group": LONG_GROUP, "role": LONG_ROLE, "policy": LONG_POLICY}

    def act(iam: Iam, root: Caller) -> None:
        facts.update(_give_everything(iam, root))

    as_root(console, act)
    return facts, apps


def _give_everything(iam: Iam, root: Caller) -> Facts:
    def do(operation: str, **params: object) -> dict[str, dict[str, str]]:
        return iam.execute(root, operation, params)

    def key(name: str) -> str:
        return do("create_access_key", user_name=name)["access_key"]["access_key_id"]

    facts = {"key": key(LONG_NAME), "idle": key(LONG_NAME), "my_key": key("ann")}
    do("update_access_key", user_name=LONG_NAME, access_key_id=facts["idle"], status="Inactive")
    do("tag_user", user_name=LONG_NAME, tags=_TAGS)
    do("tag_role", role_name=LONG_ROLE, tags=_TAGS)
    do("put_role_policy", role_name=LONG_ROLE, policy_name="inline-ecs", policy_document=_NEXT_VERSION)
    do("tag_policy", policy_arn=LONG_POLICY, tags=_TAGS)
    for is_default in (False, True):
        do("create_policy_version", policy_arn=LONG_POLICY, policy_document=_NEXT_VERSION, set_as_default=is_default)
    do("update_account_password_policy", minimum_password_length=10, require_numbers=True)
    clients = ["web", "a-client-with-a-long-id-4711-0815.apps.example.org"]
    url = "https://login.very-long-name-of-a-company.example.org/tenants/engineering"
    oidc = do("create_open_id_connect_provider", url=url, client_id_list=clients, thumbprint_list=["ab" * 20])
    saml = do("create_saml_provider", name="single-sign-on", saml_metadata_document=metadata(make_pair("idp")))
    facts |= {"oidc": str(oidc["open_id_connect_provider_arn"]), "saml": str(saml["saml_provider_arn"])}
    do("register_service", prefix="ecs", definition=ECS_DEFINITION)
    made = do("create_service_specific_credential", user_name="ann", service_name="nextcloud")
    facts["app"] = made["service_specific_credential"]["service_specific_credential_id"]
    for fact, name in (("device", LONG_NAME), ("my_device", "ann")):
        devices: list[dict[str, str]] = iam.execute(root, "list_mfa_devices", {"user_name": name})["mfa_devices"]
        facts[fact] = devices[0]["serial_number"]
    return facts
