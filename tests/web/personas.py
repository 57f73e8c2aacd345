"""Five kinds of people at the console, and things for them to try their rights on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from adapter import Iam, open_iam
from adapter.server.tree import DEMO_PASSWORD
from tests.callers import lasting, root_of
from tests.conftest import Directory, running_copy
from tests.documents import READ_ONLY, TRUST, allow
from tests.web.conftest import Do, make_app
from tests.web.factors import SELF_SERVICE, App, give_app, make_person, prove
from tests.web.visitor import Visitor

PERSONAS = ("root", "bob", "rita", "ann", "nobody")
"""The root user, an administrator, somebody who may read, somebody who serves herself, somebody without any right."""

Facts = dict[str, str]

_FRESH = 200
"""Seconds after which somebody signs in again."""


@dataclass
class Cast:
    """The five, who sign in when they are needed.

    Attributes:
        root: what the root user signs in with.
        spare: the device that was made last for trying things on.
    """

    app: Flask
    do: Do
    root: tuple[str, str]
    spare: App | None = None
    passwords: dict[str, str] = field(default_factory=dict)
    _visitors: dict[str, tuple[Visitor, float]] = field(default_factory=dict)
    _count: int = 0

    def __post_init__(self) -> None:
        make_person(self.do, "rita", READ_ONLY)
        make_person(self.do, "ann", SELF_SERVICE)
        make_person(self.do, "nobody")

    def visitor(self, persona: str) -> Visitor:
        """A browser in which somebody is signed in, and not so long ago that they would be asked who they are."""
        _, until = self._visitors.get(persona, (None, 0.0))
        if time.monotonic() > until:
            visitor = Visitor(self.app)
            app = self.new_app(persona) if persona == "ann" else None
            if persona == "root":
                visitor.sign_in_as_root(*self.root)
            else:
                visitor.sign_in(persona, self.passwords.get(persona, DEMO_PASSWORD))
            if app:
                prove(visitor, app.code())
            assert visitor.is_signed_in()
            self._visitors[persona] = visitor, time.monotonic() + _FRESH
        return self._visitors[persona][0]

    def new_app(self, name: str) -> App:
        """Another device in the place of those that somebody has, so that no code has been used yet."""
        for device in self.do("list_mfa_devices", user_name=name)["mfa_devices"]:
            self.do("deactivate_mfa_device", user_name=name, serial_number=device["serial_number"])
            self.do("delete_virtual_mfa_device", serial_number=device["serial_number"])
        self._count += 1
        return give_app(self.do, name, f"phone-{self._count}")

    def forget(self, persona: str) -> None:
        """Has somebody sign in anew the next time."""
        self._visitors.pop(persona, None)

    def given(self, persona: str, things: str) -> Facts:
        """Makes what a deed is done to, so that nobody else's deed is in the way; names and ids of it."""
        self._count += 1
        facts: Facts = {"n": f"{persona}-{self._count}"}
        for thing in things.split():
            facts |= _MAKERS[thing](self, persona, facts["n"])
        return facts


def casting(template: Path, folder: Path) -> Iterator[Cast]:
    """The five at a console of their own.

    Args:
        template: a data folder with the demo's people.
        folder: for what is only needed meanwhile.
    """
    for directory in running_copy(template, folder / "data"):
        iam = open_iam(directory.settings)
        root = directory.root_email, directory.root_password
        yield Cast(make_app(directory.settings, iam), _as_root(iam, directory), root)
        iam.close()


def _as_root(iam: Iam, directory: Directory) -> Do:
    root = lasting(root_of(iam, directory))
    return lambda operation, **params: iam.execute(root, operation, params)


def _user(cast: Cast, _persona: str, name: str) -> Facts:
    cast.do("create_user", user_name=name)
    cast.do("attach_user_policy", user_name=name, policy_arn=READ_ONLY)
    cast.do("put_user_policy", user_name=name, policy_name="own", policy_document=allow("s3:List*"))
    cast.do("add_user_to_group", user_name=name, group_name="TestPersonnel")
    return {"user": name}


def _login(cast: Cast, _persona: str, name: str) -> Facts:
    cast.do("create_login_profile", user_name=name, password=DEMO_PASSWORD)
    return {}


def _key(cast: Cast, _persona: str, name: str) -> Facts:
    return {"key": cast.do("create_access_key", user_name=name)["access_key"]["access_key_id"]}


def _device(cast: Cast, _persona: str, name: str) -> Facts:
    return {"device": give_app(cast.do, name).serial}


def _group(cast: Cast, _persona: str, name: str) -> Facts:
    cast.do("create_group", group_name=name)
    cast.do("attach_group_policy", group_name=name, policy_arn=READ_ONLY)
    cast.do("put_group_policy", group_name=name, policy_name="own", policy_document=allow("s3:List*"))
    cast.do("create_user", user_name=f"member-{name}")
    cast.do("add_user_to_group", user_name=f"member-{name}", group_name=name)
    return {"group": name, "member": f"member-{name}"}


def _role(cast: Cast, _persona: str, name: str) -> Facts:
    cast.do("create_role", role_name=name, assume_role_policy_document=TRUST)
    cast.do("attach_role_policy", role_name=name, policy_arn=READ_ONLY)
    cast.do("put_role_policy", role_name=name, policy_name="own", policy_document=allow("s3:List*"))
    return {"role": name}


def _policy(cast: Cast, _persona: str, name: str) -> Facts:
    arn = cast.do("create_policy", policy_name=name, policy_document=allow("s3:List*"))["policy"]["arn"]
    cast.do("create_policy_version", policy_arn=arn, policy_document=allow("s3:Get*"))
    cast.do("attach_user_policy", user_name="joy", policy_arn=arn)
    cast.do("detach_user_policy", user_name="joy", policy_arn=arn)
    return {"policy": arn}


def _provider(cast: Cast, _persona: str, name: str) -> Facts:
    host = f"{name}.example.com"
    made = cast.do("create_open_id_connect_provider", url=f"https://{host}", thumbprint_list=["a" * 40])
    return {"provider": made["open_id_connect_provider_arn"], "provider_name": host}


def _service(cast: Cast, _persona: str, name: str) -> Facts:
    definition = f'{{"prefix": "{name}", "title": "Made", "actions": {{"Do": {{}}}}}}'
    made = cast.do("register_service", prefix=name, definition=definition)
    return {"service": name, "revision": made["service"]["revision_id"]}


def _my_key(cast: Cast, persona: str, _name: str) -> Facts:
    _no_keys(cast, persona, "")
    return {"my_key": cast.do("create_access_key", **_named(persona))["access_key"]["access_key_id"]}


def _no_keys(cast: Cast, persona: str, _name: str) -> Facts:
    for key in cast.do("list_access_keys", **_named(persona))["access_key_metadata"]:
        cast.do("delete_access_key", access_key_id=key["access_key_id"], **_named(persona))
    return {}


def _app_password(cast: Cast, persona: str, name: str) -> Facts:
    if persona == "root":
        return {"app": "ACCA" + "A" * 17, "app_name": ""}
    _no_app_passwords(cast, persona, "")
    made = cast.do("create_service_specific_credential", user_name=persona, service_name=f"app-{name}")
    one = made["service_specific_credential"]
    return {"app": one["service_specific_credential_id"], "app_name": one["service_user_name"]}


def _no_app_passwords(cast: Cast, persona: str, _name: str) -> Facts:
    if persona != "root":
        found = cast.do("list_service_specific_credentials", user_name=persona)["service_specific_credentials"]
        for each in found:
            wanted = {"service_specific_credential_id": each["service_specific_credential_id"]}
            cast.do("delete_service_specific_credential", user_name=persona, **wanted)
    return {}


def _alias(cast: Cast, _persona: str, _name: str) -> Facts:
    cast.do("create_account_alias", account_alias="acme")
    return {}


def _password_policy(cast: Cast, _persona: str, _name: str) -> Facts:
    cast.do("update_account_password_policy", minimum_password_length=8)
    return {}


def _spare(cast: Cast, persona: str, name: str) -> Facts:
    """Another device of whoever has one."""
    if persona != "ann":
        return {"spare": "none"}
    cast.spare = give_app(cast.do, persona, f"spare-{name}")
    return {"spare": cast.spare.serial}


def _named(persona: str) -> dict[str, str]:
    return {} if persona == "root" else {"user_name": persona}


_MAKERS: dict[str, Callable[[Cast, str, str], Facts]] = {
    "user": _user,
    "login": _login,
    "key": _key,
    "device": _device,
    "group": _group,
    "role": _role,
    "policy": _policy,
    "provider": _provider,
    "service": _service,
    "my-key": _my_key,
    "no-keys": _no_keys,
    "app-password": _app_password,
    "no-app-passwords": _no_app_passwords,
    "spare-device": _spare,
    "alias": _alias,
    "password-policy": _password_policy,
}
