"""What LDAP programs get from the account: how its users bind, and their accounts on Unix systems."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms.fields import IntegerField
from wtforms.validators import NumberRange, Optional, Regexp

from web.console import fields
from web.console.account import reading
from web.console.binding import MEANINGS, MODES
from web.console.components import crumbs, do, may
from web.console.refusals import Problem, attempt, status_of
from web.throttle import Throttle

_ABOVE: Final = (lazy_gettext("Account settings"), "console.account")
_LDAP: Final = (lazy_gettext("LDAP"), "console.account_ldap")
_PATH: Final = Regexp(r"^/[A-Za-z0-9%+=,._@/-]*$", message=lazy_gettext("A path begins with / and has no spaces"))
_MOST_GROUPS: Final = 1000


class BindingForm(FlaskForm):
    """How users bind who have no mode of their own."""

    bind_mode = fields.choice(lazy_gettext("LDAP sign-in"), [*MODES.items()], "password")
    exempt_group = fields.select(
        lazy_gettext("Exempt group"),
        lazy_gettext("Its members, such as service accounts, go on binding with their password."),
    )


class PosixForm(FlaskForm):
    """Numbers, homes and shells."""

    enabled = fields.check(
        lazy_gettext("Users and groups get numbers"),
        lazy_gettext("Machines with SSSD or nslcd then see them. Switched off, those that were given stay."),
    )
    primary_group = fields.select(
        lazy_gettext("Primary group"), lazy_gettext("Of new users. Without one, posix-users is made.")
    )
    home_directory = fields.text(
        lazy_gettext("Home directory"),
        255,
        lazy_gettext("%%u stands for the user name."),
        "",
        _PATH,
        autocomplete="off",
    )
    login_shell = fields.text(
        lazy_gettext("Login shell"), 255, lazy_gettext("Such as /bin/bash."), "", _PATH, autocomplete="off"
    )
    first_number = IntegerField(
        lazy_gettext("First number"),
        [Optional(), NumberRange(1000, 2_147_483_646, lazy_gettext("Enter a number from 1,000 on"))],
        description=lazy_gettext("Leave it empty to go on where the numbers are."),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    both = ["GET", "POST"]
    console.add_url_rule("/account/ldap", "account_ldap", ldap, methods=["GET"])
    console.add_url_rule("/account/ldap/binding", "account_binding", binding, methods=both)
    console.add_url_rule("/account/ldap/posix", "account_posix", posix, methods=both)


def ldap() -> ResponseReturnValue:
    """Shows how users bind, and how far numbers have come."""
    bound, _ = reading.unless_denied(lambda: do("get_bind_settings")["bind_settings"])
    unix, _ = reading.unless_denied(lambda: do("get_posix_settings")["posix_settings"])
    return render_template(
        "console/account/ldap.html",
        tabs=reading.tabs(),
        tab="ldap",
        bound=bound,
        unix=unix,
        modes=MODES,
        allowed=may(bound=("update_bind_settings", {}), unix=("update_posix_settings", {"enabled": True})),
        crumbs=crumbs(_ABOVE, here=gettext("LDAP")),
    )


def binding() -> ResponseReturnValue:
    """Changes how users bind who have no mode of their own."""
    present = do("get_bind_settings")["bind_settings"]
    form = BindingForm(data={**present, "exempt_group": present["exempt_group"] or ""})
    form.exempt_group.choices = _groups(gettext("No group"))
    problem = None
    if form.validate_on_submit():
        wanted = {"bind_mode": form.bind_mode.data, "exempt_group": form.exempt_group.data or ""}
        problem = attempt(do, "update_bind_settings", **wanted)
        if problem is None:
            flash(gettext("LDAP sign-in has been changed. It counts at the next bind."), "success")
            return redirect(url_for("console.account_ldap"))
    return _form("ldap_binding", gettext("LDAP sign-in"), form, problem, meanings=MEANINGS)


def posix() -> ResponseReturnValue:
    """Switches numbers on or off, and sets by which rules they are given."""
    present = do("get_posix_settings")["posix_settings"]
    form = PosixForm(data={**present, "primary_group": present["group_name"] or ""})
    form.primary_group.choices = _groups(gettext("Make one"))
    problem = None
    if form.validate_on_submit():
        names = ("primary_group", "home_directory", "login_shell", "first_number")
        given = {name: form[name].data for name in names if form[name].data}
        problem = attempt(do, "update_posix_settings", enabled=bool(form.enabled.data), **given)
        if problem is None:
            flash(_told(bool(form.enabled.data)), "success")
            return redirect(url_for("console.account_ldap"))
    return _form("ldap_posix", gettext("Unix accounts"), form, problem)


def _told(enabled: bool) -> str:
    if enabled:
        return gettext("Users and groups get numbers. Those who are there already get theirs now, one after the other.")
    return gettext("No more numbers are given. Those that were given stay.")


def _groups(none: str) -> Any:
    groups = do("search_groups", max_items=_MOST_GROUPS)["groups"]
    return fields.options([("", none), *((group["group_name"], group["group_name"]) for group in groups)])


def _form(template: str, here: str, form: FlaskForm, problem: Problem | None, **more: object) -> ResponseReturnValue:
    text = render_template(
        f"console/account/{template}.html",
        title=here,
        form=form,
        problem=problem,
        cancel_url=url_for("console.account_ldap"),
        crumbs=crumbs(_ABOVE, _LDAP, here=here),
        **more,
    )
    return text, status_of(form, problem)
