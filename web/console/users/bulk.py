"""Creating many users from a .csv file: upload, look at what was understood, create, take the result file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext, ngettext, pgettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from itsdangerous import BadSignature, URLSafeSerializer

from adapter import Caller, Iam, IamError
from web.console import fields, jobs
from web.console.components import Result, asker, command, crumbs, do, listed
from web.console.refused import error_words
from web.console.secrets_once import generated_passwords, sign_in_url
from web.console.users.creation import Grant, create
from web.current import context, iam
from web.throttle import Throttle

MOST_LINES = 1000
COLUMNS = ("user_name", "display_name", "email", "mobile_phone", "remarks", "path", "groups", "console", "tags")
EXAMPLE = (
    "user_name,display_name,email,groups,console\r\n"
    "anna,Anna Berg,anna@example.org,DevelopmentPersonnel;TestPersonnel,yes\r\n"
    "build-server,Build server,,,no\r\n"
)
_NAME = re.compile(r"[A-Za-z0-9_+=,.@-]{1,64}")
_TRUTH: Mapping[str, bool] = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One user of the file.

    Attributes:
        number: of the line in the file.
        faults: what keeps it from being created.
    """

    number: int
    values: dict[str, str]
    faults: tuple[str, ...] = ()

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups that the user is to be in."""
        return tuple(name.strip() for name in self.values.get("groups", "").split(";") if name.strip())

    @property
    def tags(self) -> list[dict[str, str]]:
        """The user's tags: `key=value`, with semicolons between them."""
        pairs = (pair.partition("=") for pair in self.values.get("tags", "").split(";") if pair.strip())
        return [{"key": key.strip(), "value": value.strip()} for key, _, value in pairs]

    @property
    def with_password(self) -> bool:
        """The user gets a generated password."""
        return _TRUTH.get(self.values.get("console", "").strip().casefold(), False)


class UploadForm(FlaskForm):
    """A file."""

    file = FileField(
        lazy_gettext("File"),
        description=lazy_gettext("UTF-8, with a first line that names the columns; at most 1,000 users."),
    )


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/create-users", "create_users", create_users, methods=["GET", "POST"])
    console.add_url_rule("/create-users/start", "start_creating", start_creating, methods=["POST"])


def create_users() -> ResponseReturnValue:
    """Takes a file and shows what was understood."""
    form = UploadForm()
    lines: list[Line] = []
    if form.validate_on_submit():
        try:
            lines = read_lines(form.file.data.read() if form.file.data else b"")
        except ValueError as error:
            fields.note(form.file, str(error))
        lines = _checked(lines)
    good = [line for line in lines if not line.faults]
    page = render_template(
        "console/users/bulk.html",
        form=form,
        problem=None,
        lines=lines,
        good=good,
        signed=_signer().dumps([asdict(line) for line in good]) if good else None,
        columns=COLUMNS,
        example=EXAMPLE,
        crumbs=crumbs((gettext("Users"), "console.users"), here=gettext("Create from a file")),
        command=command("iam", "create-user", user_name="NAME"),
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def start_creating() -> ResponseReturnValue:
    """Creates the users that the page before has shown."""
    try:
        lines = [Line(**line) for line in _signer().loads(request.form.get("lines", ""))]
    except BadSignature:
        flash(gettext("The page was out of date. Nothing was created: choose the file again."), "info")
        return redirect(url_for("console.create_users"))
    fresh = generated_passwords(len(lines))
    passwords = [password if line.with_password else "" for line, password in zip(lines, fresh, strict=True)]
    work = jobs.Job(
        owner=asker().arn,
        title=ngettext("Creating %(num)s user", "Creating %(num)s users", len(lines)),
        header=_header(),
        total=len(lines),
        back=url_for("console.users"),
        secret_columns=(2,),
    )
    steps = _creations(iam(), asker(), list(zip(lines, passwords, strict=True)), (sign_in_url(), context()))
    return redirect(url_for("console.job", job_id=jobs.start(work, steps)))


def read_lines(content: bytes) -> list[Line]:
    """The users that a file names.

    Raises:
        ValueError: it is no such file; the message says what is wrong.
    """
    if not content.strip():
        raise ValueError(gettext("Choose a file that has something in it"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(gettext("The file is not text in UTF-8: choose “CSV UTF-8” when you save it")) from None
    if "\x00" in text:
        raise ValueError(gettext("The file is no text file"))
    delimiter = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ValueError(gettext("The file is no CSV: %(why)s", why=error)) from None
    header = [cell.strip().casefold().replace(" ", "_") for cell in rows[0]]
    if "user_name" not in header:
        raise ValueError(gettext("The first line has to name the columns, and one of them has to be user_name"))
    unknown = [name for name in header if name not in COLUMNS]
    if unknown:
        words = gettext(
            "There is no column called %(name)s. There are: %(columns)s", name=unknown[0][:64], columns=listed(COLUMNS)
        )
        raise ValueError(words)
    if len(rows) - 1 > MOST_LINES:
        raise ValueError(gettext("The file has more than %(most)s users: split it", most=f"{MOST_LINES:,}"))
    return [_line(number, header, row) for number, row in enumerate(rows[1:], start=2) if any(map(str.strip, row))]


def _line(number: int, header: Sequence[str], row: Sequence[str]) -> Line:
    values = {name: cell.strip() for name, cell in zip(header, row, strict=False)}
    faults = []
    if len(row) > len(header):
        faults.append(
            gettext("It has more cells than the first line: a comma inside of a cell needs quotes around the cell.")
        )
    if not _NAME.fullmatch(values.get("user_name", "")):
        faults.append(gettext("A user name has 1 to 64 letters, digits and + = , . @ _ - without spaces."))
    if values.get("console", "").casefold() not in _TRUTH:
        faults.append(gettext("console has to be yes or no."))
    return Line(number=number, values=values, faults=tuple(faults))


def _checked(lines: list[Line]) -> list[Line]:
    """The lines with what only all of them together, or the directory, can tell."""
    if not lines:
        return []
    found = do("search_groups", max_items=1000)
    known = {group["group_name"].casefold() for group in found["groups"]}
    seen: set[str] = set()
    checked = []
    for line in lines:
        name = line.values.get("user_name", "").casefold()
        faults = list(line.faults)
        if name and name in seen:
            faults.append(gettext("The user name stands in the file twice."))
        seen.add(name)
        if not found["is_truncated"]:
            faults += [
                gettext("There is no group %(name)s.", name=group)
                for group in line.groups
                if group.casefold() not in known
            ]
        checked.append(Line(number=line.number, values=line.values, faults=tuple(faults)))
    return checked


def _creations(
    door: Iam, caller: Caller, lines: list[tuple[Line, str]], circumstances: tuple[str, Any]
) -> Iterator[tuple[str, ...]]:
    """Creates one user after the other, in a thread of its own, which therefore is told who asks."""
    url, around = circumstances

    def act(operation: str, **params: Any) -> Result:
        return door.execute(caller, operation, params, around)

    for line, password in lines:
        given = ("user_name", "display_name", "email", "mobile_phone", "remarks", "path")
        user: dict[str, Any] = {key: line.values[key] for key in given if line.values.get(key)}
        if line.tags:
            user["tags"] = line.tags
        profile = {"password": password, "password_reset_required": True} if password else None
        try:
            created = create(act, user, Grant(groups=line.groups), profile, with_key=False)
        except IamError as error:
            yield line.values["user_name"], gettext("Not created: %(why)s", why=error_words(error.message)), "", ""
            continue
        missing = listed(what for what, _ in created.refused)
        told = gettext("Created without %(what)s", what=missing) if missing else pgettext("result", "Created")
        shown = created.credentials.password
        yield line.values["user_name"], told, shown, url if shown else ""


def _header() -> tuple[str, ...]:
    return gettext("User name"), gettext("Result"), gettext("Password"), gettext("Console sign-in URL")


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="users that are being created")
