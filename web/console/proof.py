"""Proving who one is, at sign-in with a second factor and again before what is worth it.

Somebody who is signed in and does something that takes a fresh proof is asked for it in between: what they had sent
travels through the page that asks, and a redirect that keeps the method sends it on once the proof is there.
"""

from __future__ import annotations

import math
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext, ngettext
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import Length, Optional

from adapter import CallerKind, Factors, Proof, ProofRefused, ProofWanted, SessionClaims, SignInRefused, Site
from web.console.components import asker
from web.console.fields import note
from web.console.paths import local_path
from web.current import context, iam, own_origin
from web.sessions import close_session, renew_session
from web.throttle import Throttle, count_failure

_LONGEST_ANSWER = 65_536
_OURS = frozenset(
    {"csrf_token", "proof_to", "proof_sends", "proof_code", "proof_recovery", "proof_passkey", "proof_password"}
)
_SEVERAL_STEPS = frozenset(
    {"console.create_user", "console.start_creating", "console.delete_user", "console.delete_users"}
)
"""Pages that do many things one after the other; the proof is asked for before the first."""

WRONG_CODE = lazy_gettext("The code is not right. Each code works once: wait for the next one and enter that")
WRONG_RECOVERY = lazy_gettext("This recovery code is not right, or has been used")
WRONG_PASSKEY = lazy_gettext("The passkey could not be verified. Try again, or use another way")
WRONG_PASSWORD = lazy_gettext("The password is not right")  # words for people
NO_PROOF = lazy_gettext("Enter the six digits that your authenticator app shows")
NO_PASSWORD = lazy_gettext("Enter your password")  # words for people


class ProofForm(FlaskForm):
    """A second factor, in one of its forms, or the password."""

    proof_code = StringField(
        lazy_gettext("Authentication code"),
        [Optional(), Length(max=64)],
        description=lazy_gettext("Six digits from your authenticator app."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": False, "autofocus": True},
    )
    proof_recovery = StringField(
        lazy_gettext("Recovery code"),
        [Optional(), Length(max=128)],
        description=lazy_gettext("One of the codes that you kept when you set MFA up. It works once."),
        render_kw={"autocomplete": "off", "maxlength": False},
    )
    proof_passkey = HiddenField(lazy_gettext("Passkey"), [Optional(), Length(max=_LONGEST_ANSWER)])
    proof_password = PasswordField(
        lazy_gettext("Password"),
        [Optional(), Length(max=256)],
        render_kw={"autocomplete": "current-password", "maxlength": False},
    )

    def proof(self) -> Proof | None:
        """The second factor that was given; None, with an error beside the field, when there is none."""
        code, recovery, passkey = (self[f"proof_{name}"].data or "" for name in ("code", "recovery", "passkey"))
        if not (code.strip() or recovery.strip() or passkey):
            note(self.proof_code, NO_PROOF)
            return None
        return Proof(code=code.strip(), recovery_code=recovery.strip(), passkey=passkey, site=site())

    def refuse(self, refusal: ProofRefused) -> None:
        """Says beside the right field what was wrong."""
        if self.proof_passkey.data:
            note(self.proof_passkey, WRONG_PASSKEY)
            return
        field, wrong = (
            (self.proof_recovery, WRONG_RECOVERY) if self.proof_recovery.data else (self.proof_code, WRONG_CODE)
        )
        note(field, wrong if refusal.free_at is None else _too_many(refusal.free_at))


def add_pages(console: Blueprint, throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/confirm", "confirm", throttle.guard(confirm), methods=["GET", "POST"])
    console.register_error_handler(ProofWanted, _ask)
    console.before_request(_demand)


def site() -> Site:
    """The console as the browser sees it."""
    return Site(own_origin())


def ask_first() -> ResponseReturnValue | None:
    """For pages that lead up to something that takes a fresh proof: asks for it now, while nothing is typed yet."""
    try:
        iam().demand_proof(asker(), context())
    except ProofWanted:
        return redirect(url_for("console.confirm", proof_to=request.full_path.rstrip("?")))
    return None


def confirm() -> ResponseReturnValue:
    """Takes the proof, and goes on with what it was asked for."""
    form = ProofForm()
    target = local_path(request.values.get("proof_to"))
    claims: SessionClaims = current_user.claims
    factors = iam().login.factors(claims, site(), context())
    if not form.validate_on_submit():
        return _page(form, factors, target, _carried())
    try:
        proven = _proven(form, claims, bool(factors))
    except SignInRefused:
        close_session()
        return redirect(url_for("console.sign_in", next=target))
    if proven is None or not renew_session(proven):
        return _page(form, factors, target, _carried(), HTTPStatus.FORBIDDEN)
    sends = "proof_sends" in request.form
    return redirect(target, HTTPStatus.TEMPORARY_REDIRECT if sends else HTTPStatus.SEE_OTHER)


def _too_many(free_at: datetime) -> str:
    return ngettext(
        "There were too many wrong codes. Wait a minute before the next one",
        "There were too many wrong codes. Wait %(num)s minutes before the next one",
        max(1, math.ceil((free_at - context().now).total_seconds() / 60)),
    )


def _proven(form: ProofForm, claims: SessionClaims, has_factors: bool) -> SessionClaims | None:
    """Other claims after a good proof; None, with an error beside the field, after one that is not."""
    try:
        if has_factors:
            proof = form.proof()
            return iam().login.confirm(claims, proof, context()) if proof else None
        if not form.proof_password.data:
            note(form.proof_password, NO_PASSWORD)
            return None
        return iam().login.confirm_password(claims, form.proof_password.data, context())
    except ProofRefused as refusal:
        count_failure()
        if has_factors:
            form.refuse(refusal)
        else:
            note(form.proof_password, WRONG_PASSWORD)
        return None


def _ask(_wanted: ProofWanted) -> ResponseReturnValue:
    """Asks in between. A file that was chosen has to be chosen again: browsers let no page fill that in."""
    target = local_path(request.full_path.rstrip("?"))
    if request.method != "POST" or request.files:
        return redirect(url_for("console.confirm", proof_to=target), HTTPStatus.SEE_OTHER)
    factors = iam().login.factors(current_user.claims, site(), context())
    carried = (("proof_sends", "1"), *_carried())
    return _page(ProofForm(formdata=None), factors, target, carried, HTTPStatus.FORBIDDEN)


def _page(
    form: ProofForm,
    factors: Factors,
    target: str,
    carried: tuple[tuple[str, str], ...],
    status: HTTPStatus = HTTPStatus.OK,
) -> ResponseReturnValue:
    page = render_template(
        "console/proof/confirm.html",
        form=form,
        factors=factors,
        target=target,
        carried=carried,
        is_root=asker().kind is CallerKind.ROOT,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors and status is HTTPStatus.OK else status


def _carried() -> tuple[tuple[str, str], ...]:
    """What was sent to the page that asked, and that it is to be sent on, if so."""
    kept = _OURS - {"proof_sends"}
    return tuple((name, value) for name, value in request.form.items(multi=True) if name not in kept)


def _demand() -> None:
    if request.method == "POST" and request.endpoint in _SEVERAL_STEPS and current_user.is_authenticated:
        iam().demand_proof(asker(), context())
