"""`bindery init` as its tests run it."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from adapter.cli import cli
from tests.adoption.conftest import ENVIRONMENT, GROUPS, PEOPLE
from tests.adoption.foreign import ADMIN, CONFIG_ADMIN, SUFFIX, Company

OWN = f"ou=iam,{SUFFIX}"


def as_administrator(server: Company, data: Path) -> list[str]:
    return ["init", "--data", str(data), "--ldap-uri", server.uri, "--bind-dn", ADMIN]


def bindery(server: Company, data: Path, *arguments: str, config: bool = True) -> Result:
    """`bindery init` as the server's administrators run it."""
    command = as_administrator(server, data)
    command += ["--password-file", str(server.password_file), "--users", PEOPLE, "--groups", GROUPS]
    if config:
        command += ["--config-dn", CONFIG_ADMIN, "--config-password-file", str(server.config_password_file)]
    return CliRunner().invoke(cli, [*command, *arguments], env=ENVIRONMENT)
