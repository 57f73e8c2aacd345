"""What is shown once: new passwords and keys, and the file that holds them.

The server keeps none of it. The page that shows it carries the file's text, signed, and sends it back to have it as a
download, which also works without JavaScript.
"""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from itsdangerous import BadSignature, URLSafeTimedSerializer

from adapter.errors import AccessDenied, NoSuchEntity
from web.console.components import asker, do
from web.console.spreadsheets import csv_text
from web.current import own_origin
from web.throttle import Throttle

HEADER = ("User name", "Password", "Access key ID", "Secret access key", "Console sign-in URL")
"""As AWS names the columns of its files, for programs that read them."""
_LIFE = 12 * 3600
_FILE_NAME = re.compile(r"[\w+=,.@-]{1,140}\.csv", re.ASCII)
_KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "!#%*_-")
_LENGTH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a person or a program gets to begin with; what there is none of is empty."""

    user_name: str
    password: str = ""
    access_key_id: str = ""
    secret_access_key: str = ""

    @property
    def rows(self) -> list[tuple[str, str, bool]]:
        """Label, text, and whether it is a secret, for the page."""
        url = sign_in_url() if self.password else ""
        rows = [
            (gettext("Console sign-in URL"), url, False),
            (gettext("User name"), self.user_name, False),
            (gettext("Password"), self.password, True),
            (gettext("Access key ID"), self.access_key_id, False),
            (gettext("Secret access key"), self.secret_access_key, True),
        ]
        return [row for row in rows if row[1]]

    @property
    def line(self) -> tuple[str, ...]:
        """A line of the file."""
        url = sign_in_url() if self.password else ""
        return (self.user_name, self.password, self.access_key_id, self.secret_access_key, url)


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/credentials.csv", "download_credentials", download_credentials, methods=["POST"])


def download_credentials() -> ResponseReturnValue:
    """Gives back, as a file, what a page of ours has just shown."""
    name = request.form.get("filename", "")
    if not _FILE_NAME.fullmatch(name):
        abort(HTTPStatus.BAD_REQUEST)
    try:
        content = _signer().loads(request.form.get("content", ""), max_age=_LIFE)
    except BadSignature:
        abort(HTTPStatus.BAD_REQUEST)
    return Response(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def download_of(all_of_them: Iterable[Credentials]) -> str:
    """The file, in the form in which a page carries it."""
    return signed_file(HEADER, [each.line for each in all_of_them])


def signed_file(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Any table as a file that a page carries."""
    return str(_signer().dumps(csv_text(header, rows)))


def sign_in_url() -> str:
    """Where the account's users sign in."""
    return own_origin() + url_for("console.sign_in", account=asker().account_id)


def generated_password() -> str:
    """A random password that meets whatever the account's policy asks for and begins with a letter."""
    return generated_passwords(1)[0]


def generated_passwords(count: int) -> list[str]:
    """Several random passwords, for which the account's policy is asked only once."""
    length = max(_LENGTH, _least_length())
    return [_random_password(length) for _ in range(count)]


def _random_password(length: int) -> str:
    everything = "".join(_KINDS)
    while True:
        password = "".join(secrets.choice(everything) for _ in range(length))
        if password[0].isalpha() and all(set(kind) & set(password) for kind in _KINDS):
            return password


def _least_length() -> int:
    try:
        return int(do("get_account_password_policy")["password_policy"]["minimum_password_length"])
    except (NoSuchEntity, AccessDenied):
        return 0


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="download of credentials")
