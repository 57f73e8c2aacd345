"""The two kinds of identity providers, and how operations and commands call them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import request, url_for
from flask_babel import LazyString, gettext, lazy_gettext
from werkzeug.exceptions import NotFound

from web.console.components import Crumb, command


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of identity providers.

    Attributes:
        key: in addresses.
        noun: in the names of operations.
        action: in the names of actions.
        adding: what the button says that adds one.
    """

    key: str
    title: str
    noun: str
    action: str
    adding: LazyString

    def named(self, arn: str) -> dict[str, str]:
        """The parameter that names one, for an operation."""
        return {f"{self.noun}_arn": arn}

    def operation(self, verb: str) -> str:
        """The name of an operation, such as `delete_saml_provider`."""
        return f"{verb}_{self.noun}"

    def command(self, verb: str, **options: object) -> str:
        """The equivalent `aws` command."""
        return command("iam", f"{verb}-{self.noun.replace('_', '-')}", **options)


OIDC: Final = Kind(
    "oidc",
    "OpenID Connect",
    "open_id_connect_provider",
    "OpenIDConnectProvider",
    lazy_gettext("Add OpenID Connect provider"),
)
SAML: Final = Kind("saml", "SAML 2.0", "saml_provider", "SAMLProvider", lazy_gettext("Add SAML provider"))
KINDS: Final = {kind.key: kind for kind in (OIDC, SAML)}


def asked_provider() -> tuple[Kind, str]:
    """The provider that the address names, by its ARN."""
    arn = request.args.get("arn", "")
    for kind in KINDS.values():
        if f":{kind.key}-provider/" in arn:
            return kind, arn
    raise NotFound


def name_of(arn: str) -> str:
    """The provider's name in its ARN."""
    return arn.partition("-provider/")[2]


def provider_crumbs(arn: str, here: str) -> tuple[Crumb, ...]:
    """The way to a page below a provider's page."""
    above = Crumb(gettext("Identity providers"), url_for("console.providers"))
    return above, Crumb(name_of(arn), url_for("console.provider", arn=arn)), Crumb(here)
