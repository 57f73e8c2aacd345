"""How one binds as a user with LDAP."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm

from web.console import fields, holders
from web.console.binding import MEANINGS, MODES
from web.console.components import do
from web.console.refusals import attempt, status_of
from web.throttle import Throttle

_AS_THE_ACCOUNT = "default"


class BindingForm(FlaskForm):
    """A mode of the user's own, or the account's."""

    bind_mode = fields.choice(
        lazy_gettext("LDAP sign-in"),
        [(_AS_THE_ACCOUNT, lazy_gettext("As the account says")), *MODES.items()],
        _AS_THE_ACCOUNT,
    )


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/users/<name>/binding", "user_binding", binding, methods=["GET", "POST"])


def binding(name: str) -> ResponseReturnValue:
    """Changes how one binds as the user."""
    present = do("get_user_bind_settings", user_name=name)["bind_settings"]
    form = BindingForm(data={"bind_mode": present["bind_mode"] or _AS_THE_ACCOUNT})
    problem = None
    if form.validate_on_submit():
        wanted = form.bind_mode.data
        mode = {} if wanted == _AS_THE_ACCOUNT else {"bind_mode": wanted}
        problem = attempt(do, "update_user_bind_settings", user_name=name, **mode)
        if problem is None:
            flash(
                gettext("LDAP sign-in of %(name)s has been changed. It counts at the next bind.", name=name), "success"
            )
            return redirect(url_for("console.user_credentials", name=name))
    words = lazy_gettext("What is set for everybody under Account settings, LDAP.")
    text = render_template(
        "console/users/binding.html",
        name=name,
        form=form,
        problem=problem,
        present=present,
        meanings=MEANINGS | {_AS_THE_ACCOUNT: ["settings", words]},
        cancel_url=url_for("console.user_credentials", name=name),
        crumbs=holders.USER.crumbs(name, gettext("LDAP sign-in")),
    )
    return text, status_of(form, problem)
