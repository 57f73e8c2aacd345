"""The account's alias: giving one, and taking it away."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms.validators import Regexp

from web.console import fields
from web.console.account import reading
from web.console.components import asker, command, crumbs, do
from web.console.refusals import attempt, status_of
from web.throttle import Throttle

_ABOVE = (lazy_gettext("Account settings"), "console.account")
_SHAPE = Regexp(
    r"^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$",
    message=lazy_gettext(
        "An alias has 3 to 63 lower-case letters, digits and single hyphens, and no hyphen at either end"
    ),
)


class AliasForm(FlaskForm):
    """A new alias."""

    account_alias = fields.text(
        lazy_gettext("Account alias"),
        63,
        lazy_gettext("Lower-case letters, digits and hyphens, such as example-org. It is not secret."),
        lazy_gettext("Enter an alias"),
        _SHAPE,
        autocomplete="off",
        autocapitalize="none",
        spellcheck="false",
    )


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    both = ["GET", "POST"]
    console.add_url_rule("/account/alias", "account_alias", change, methods=both)
    console.add_url_rule("/account/remove-alias", "account_remove_alias", remove, methods=both)


def change() -> ResponseReturnValue:
    """Gives the account an alias in place of the one before."""
    present = reading.alias()
    form = AliasForm(data={"account_alias": present})
    problem = None
    if form.validate_on_submit():
        wanted = form.account_alias.data or ""
        problem = None if wanted == present else attempt(do, "create_account_alias", account_alias=wanted)
        if problem is None:
            flash(
                gettext("The alias is %(wanted)s. Tell people the new sign-in address below.", wanted=wanted), "success"
            )
            return redirect(url_for("console.account"))
    page = render_template(
        "console/account/alias.html",
        form=form,
        problem=problem,
        present=present,
        example=reading.sign_in_url("ALIAS"),
        crumbs=crumbs(_ABOVE, here=gettext("Alias")),
        command=command("iam", "create-account-alias", account_alias=form.account_alias.data or "ALIAS"),
    )
    return page, status_of(form, problem)


def remove() -> ResponseReturnValue:
    """Takes the alias away, after asking."""
    present = reading.alias()
    if present is None:
        return redirect(url_for("console.account"))
    form = fields.Confirmation()
    problem = None
    if form.validate_on_submit():
        problem = attempt(do, "delete_account_alias", account_alias=present)
        if problem is None:
            flash(
                gettext("The alias %(present)s is gone. People sign in with the account ID.", present=present),
                "success",
            )
            return redirect(url_for("console.account"))
    page = render_template(
        "console/account/remove_alias.html",
        title=gettext("Remove the alias %(alias)s?", alias=present),
        form=form,
        problem=problem,
        old=reading.sign_in_url(present),
        new=reading.sign_in_url(asker().account_id),
        verb=gettext("Remove alias"),
        cancel_url=url_for("console.account"),
        crumbs=crumbs(_ABOVE, here=gettext("Remove alias")),
        command=command("iam", "delete-account-alias", account_alias=present),
    )
    return page, status_of(form, problem)
