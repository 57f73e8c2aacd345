"""What people read when something goes wrong: what happened, and what to do; never a trace."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from limits.errors import StorageError
from werkzeug.exceptions import HTTPException

from adapter import IamError
from web.console.refusals import denial_of
from web.console.refused import error_words
from web.current import context
from web.sessions import find_caller
from web.throttle import Throttle

_RETRY_AFTER = {"Retry-After": "5"}


@dataclass(frozen=True, slots=True)
class Words:
    """The text of one error page.

    Attributes:
        title: what happened, in few words.
        happened: what happened, in one sentence.
        mend: what the reader can do.
    """

    title: str
    happened: str
    mend: str


WORDS = {
    400: Words(
        lazy_gettext("That request makes no sense"),
        lazy_gettext("Something in the request is not in a form that Bindery understands. Nothing was changed."),
        lazy_gettext("Go back, check what you entered and try again."),
    ),
    403: Words(
        lazy_gettext("You are not allowed to do that"),
        lazy_gettext("No policy that reaches you allows it, or one denies it. Nothing was changed."),
        lazy_gettext("If you need it for your work, ask an administrator of your account."),
    ),
    404: Words(
        lazy_gettext("There is nothing here"),
        lazy_gettext("The address may be mistyped, or what it named has been deleted."),
        lazy_gettext("Check the address, or start again at the home page."),
    ),
    405: Words(
        lazy_gettext("This address works in another way"),
        lazy_gettext("The page exists, but not for the kind of request that was sent. Nothing was changed."),
        lazy_gettext("Start again at the home page."),
    ),
    409: Words(
        lazy_gettext("Somebody else was faster"),
        lazy_gettext("What you wanted to change is in use or has changed in the meantime. Nothing was changed by you."),
        lazy_gettext("Load the page again, look at what is there now, and try again."),
    ),
    413: Words(
        lazy_gettext("That is too large"),
        lazy_gettext(
            "The request is larger than one megabyte, which is the most that Bindery takes. Nothing was changed."
        ),
        lazy_gettext("Shorten what you entered, or send it in parts."),
    ),
    429: Words(
        lazy_gettext("Too many attempts"),
        lazy_gettext("There were too many failed attempts to sign in, so the next ones are not looked at for a while."),
        lazy_gettext("If you forgot your password, ask an administrator of your account for a new one."),
    ),
    500: Words(
        lazy_gettext("Something went wrong on our side"),
        lazy_gettext("Bindery made a mistake; you did not. The log of the server has the details."),
        lazy_gettext("Try again. If it happens again, tell your administrator the request id below."),
    ),
    503: Words(
        lazy_gettext("The directory does not answer"),
        lazy_gettext("Bindery keeps everything in an LDAP directory, and that is out of reach at the moment."),
        lazy_gettext("Wait a few seconds and load the page again. Your session is kept."),
    ),
}
ORIGIN = Words(
    lazy_gettext("This form came from somewhere else"),
    lazy_gettext(
        "Bindery takes forms from its own pages only, and your browser says that this one came from another site. "
        "Nothing was changed."
    ),
    lazy_gettext(
        "Open the page from Bindery itself. "
        "If you did, its proxy has to pass on the Host header that your browser sends."
    ),
)
TEXT = replace(
    WORDS[400],
    happened=lazy_gettext(
        "Something in the request is not text in UTF-8, or holds a NUL character. Nothing was changed."
    ),
)
FORM = Words(
    lazy_gettext("This form is out of date"),
    lazy_gettext("You signed in or out after it was opened, or your browser keeps no cookies. Nothing was changed."),
    lazy_gettext("Open the page again and fill the form in once more."),
)
STORE = Words(
    lazy_gettext("Sign-in is not possible right now"),
    lazy_gettext("The store that counts failed attempts does not answer, so nobody is let in."),
    lazy_gettext("Wait a few seconds and try again. The log of the server tells administrators more."),
)
_BY_REASON = {"origin": ORIGIN, "text": TEXT}


def init_app(app: Flask, throttle: Throttle) -> None:
    """Every error becomes a page."""

    def too_many(_error: RateLimitExceeded) -> ResponseReturnValue:
        free = throttle.free_again()
        seconds = max(1, math.ceil((free - context().now).total_seconds()))
        return (*page(429, WORDS[429], free=free), {"Retry-After": str(seconds)})

    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _form)
    app.register_error_handler(RateLimitExceeded, too_many)
    app.register_error_handler(StorageError, _store)
    app.register_error_handler(IamError, _refused)


def page(status: int, words: Words, **more: object) -> tuple[str, int]:
    """An error page with its status."""
    return render_template("error.html", status=status, words=words, **more), status


def words_for(status: int) -> Words:
    """What to say about a status; the nearest general text when there is none of its own."""
    return WORDS.get(status) or WORDS[500 if status >= HTTPStatus.INTERNAL_SERVER_ERROR else 400]


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    words = _BY_REASON.get(error.description or "") or words_for(error.code)
    find_caller()
    kept = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}}
    return (*page(error.code, words), kept)


def _form(_error: CSRFError) -> ResponseReturnValue:
    return page(400, FORM)


def _store(error: StorageError) -> ResponseReturnValue:
    return (*page(503, STORE), _RETRY_AFTER)


def _refused(error: IamError) -> ResponseReturnValue:
    words = words_for(error.status)
    detail = error_words(str(error)) if error.status < HTTPStatus.INTERNAL_SERVER_ERROR else None
    headers = _RETRY_AFTER if error.status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return (*page(error.status, words, detail=detail, denial=denial_of(error)), headers)
