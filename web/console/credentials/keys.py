"""One's own access keys: creating, switching, deleting, and changing one for another without a gap."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from adapter import IamError
from web.console import fields
from web.console.access_keys import Switch, deletion_words
from web.console.components import asker, command, do, may
from web.console.credentials.common import is_root, page, trail
from web.console.credentials.page import MOST_KEYS, keys_with_use
from web.console.proof import ask_first
from web.console.refusals import attempt, explain
from web.console.secrets_once import Credentials, download_of
from web.throttle import Throttle

Key = dict[str, Any]


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    both, base = ["GET", "POST"], "/credentials/keys"
    console.add_url_rule(f"{base}/create", "create_my_key", create, methods=both)
    console.add_url_rule(f"{base}/<key>/switch", "switch_my_key", switch, methods=both)
    console.add_url_rule(f"{base}/<key>/delete", "delete_my_key", delete, methods=both)
    console.add_url_rule(f"{base}/<key>/rotate", "rotate_my_key", rotate, methods=["GET"])


def create() -> ResponseReturnValue:
    """Makes an access key and shows its secret once."""
    form = fields.Confirmation()
    if not form.is_submitted() and (asked := ask_first()):
        return asked
    problem = None
    if form.validate_on_submit():
        try:
            key = do("create_access_key")["access_key"]
        except IamError as error:
            problem = explain(error)
        else:
            return _shown(key)
    aws = command("iam", "create-access-key")
    back = _back()
    return page(
        "create_key", gettext("Create access key"), form, problem, is_root=is_root(), cancel_url=back, command=aws
    )


def switch(key: str) -> ResponseReturnValue:
    """Deactivates an active key, or activates one that is not."""
    found = _key(key)
    change = Switch.of(found)
    form = fields.Confirmation()
    problem = None
    if form.validate_on_submit():
        problem = attempt(do, "update_access_key", **change.params)
        if problem is None:
            flash(change.done, "success")
            return redirect(_back())
    more = change.words | {"cancel_url": _back(), "command": command("iam", "update-access-key", **change.params)}
    return page("switch_key", more["verb"], form, problem, key=found, **more)


def delete(key: str) -> ResponseReturnValue:
    """Deletes a key for good, after its id has been typed."""
    found = _key(key)
    form = fields.TypedConfirmation()
    problem = None
    if form.validate_on_submit() and fields.is_typed(form, key):
        problem = attempt(do, "delete_access_key", access_key_id=key)
        if problem is None:
            flash(gettext("The access key %(key)s has been deleted.", key=key), "success")
            return redirect(url_for("console.my_credentials"))
    aws = command("iam", "delete-access-key", access_key_id=key)
    more = deletion_words(key) | {"cancel_url": _back(), "command": aws}
    return page("delete_key", more["verb"], form, problem, key=found, name=key, **more)


def rotate(key: str) -> ResponseReturnValue:
    """Walks through changing one key for another: the state of the two keys tells how far one is."""
    keys = keys_with_use()
    old = next((each for each in keys if each["access_key_id"] == key), None)
    if old is None:
        return redirect(url_for("console.my_credentials"))
    new = next((each for each in keys if each is not old), None)
    step = 1 if new is None else 2 if old["status"] == "Active" else 4
    allowed = may(create=("create_access_key", {}))
    return page(
        "rotate_key",
        gettext("Rotate access key"),
        None,
        None,
        old=old,
        new=new,
        step=step,
        allowed=allowed,
        most=MOST_KEYS,
    )


def _shown(key: Key) -> ResponseReturnValue:
    shown = Credentials(
        user_name="" if is_root() else asker().name,
        access_key_id=key["access_key_id"],
        secret_access_key=key["secret_access_key"],
    )
    return render_template(
        "console/components/shown_once.html",
        title=gettext("New access key"),
        rows=shown.rows,
        download=download_of([shown]),
        filename=f"{key['access_key_id']}.csv",
        onward_url=_back(),
        crumbs=trail(gettext("New access key")),
    ), HTTPStatus.OK


def _key(key: str) -> Key:
    for each in keys_with_use():
        if each["access_key_id"] == key:
            return each
    raise NotFound


def _back() -> str:
    """The walk-through that the page was opened from, or the overview."""
    rotating = request.args.get("rotating", "")
    if rotating.isalnum():
        return url_for("console.rotate_my_key", key=rotating)
    return url_for("console.my_credentials")
