"""The account's settings at a glance."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from web.console.account import reading
from web.console.account.rules import rules_of
from web.console.components import asker, command, crumbs, may
from web.throttle import Throttle

_MFA_PAGE: Final = "console.sign_in_settings"


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/account", "account", account, methods=["GET"])


def account() -> ResponseReturnValue:
    """Shows alias, sign-in address and password policy."""
    alias, knows_alias = reading.unless_denied(reading.alias)
    policy, knows_policy = reading.unless_denied(reading.password_policy)
    account_id = asker().account_id
    return render_template(
        "console/account/settings.html",
        tabs=reading.tabs(),
        tab="settings",
        account_id=account_id,
        alias=alias,
        knows_alias=knows_alias,
        addresses=[reading.sign_in_url(handle) for handle in (alias, account_id) if handle],
        rules=rules_of(policy[0]) if policy else (),
        is_customised=bool(policy and policy[1]),
        knows_policy=knows_policy,
        mfa_url=url_for(_MFA_PAGE) if _MFA_PAGE in current_app.view_functions else None,
        allowed=may(
            alias=("create_account_alias", {"account_alias": "alias"}),
            no_alias=("delete_account_alias", {"account_alias": "alias"}),
            policy=("update_account_password_policy", {}),
            no_policy=("delete_account_password_policy", {}),
        ),
        crumbs=crumbs(here=gettext("Account settings")),
        command=command("iam", "get-account-password-policy"),
    )
