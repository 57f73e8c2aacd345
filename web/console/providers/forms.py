"""The forms about identity providers."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import TextAreaField

from web.console import fields

_PLAIN = {"spellcheck": "false", "autocapitalize": "none", "autocomplete": "off"}


def _lines(field: TextAreaField) -> list[str]:
    return list(dict.fromkeys(filter(None, map(str.strip, (field.data or "").splitlines()))))


class OidcSettings(FlaskForm):
    """What can be changed of an OpenID Connect provider."""

    audiences = TextAreaField(
        lazy_gettext("Audiences"),
        description=lazy_gettext("Client IDs of the applications that tokens may be for, one a line."),
        render_kw={"rows": 3, **_PLAIN},
    )
    thumbprints = TextAreaField(
        lazy_gettext("Certificate thumbprints"),
        description=lazy_gettext(
            "SHA-1, one a line: for a provider whose certificate no authority vouches for. Without any, it is asked."
        ),
        render_kw={"rows": 2, **_PLAIN},
    )

    def wanted_audiences(self) -> list[str]:
        """One a line."""
        return _lines(self.audiences)

    def wanted_thumbprints(self) -> list[str]:
        """One a line, without the colons that other programs put in."""
        return [each.replace(":", "").lower() for each in _lines(self.thumbprints)]


class NewOidcProvider(OidcSettings):
    """An OpenID Connect provider."""

    url = fields.text(
        lazy_gettext("Provider URL"),
        255,
        lazy_gettext("Where it is, as its tokens name their issuer: https://login.example.org"),
        lazy_gettext("Enter the provider’s URL"),
        inputmode="url",
        **_PLAIN,
    )


class SamlSettings(FlaskForm):
    """What can be changed of a SAML provider."""

    file = FileField(
        lazy_gettext("Metadata file"), description=lazy_gettext("The XML that the provider offers for download.")
    )
    metadata = TextAreaField(
        lazy_gettext("Metadata document"),
        description=lazy_gettext("Or paste it here."),
        render_kw={"rows": 8, **_PLAIN},
    )

    def document(self) -> str:
        """The file's text, or what was pasted; notes an error when there is neither."""
        ask = lazy_gettext("Choose the metadata file, or paste the document")
        return fields.uploaded_or_pasted(self.file, self.metadata, ask)


class NewSamlProvider(SamlSettings):
    """A SAML provider."""

    provider_name = fields.name(lazy_gettext("Name"), 128, lazy_gettext("Enter a name for the provider"))
