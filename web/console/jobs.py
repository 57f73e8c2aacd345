"""Long work: goes on in a thread of its own, can be left and looked at again, leaves a table of results.

It lives as long as the server process and is shown to whoever started it. A result file is made of what the table
holds; it may hold new passwords, and is gone an hour after the work is done.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus

from flask import Blueprint, Flask, abort, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import TooManyRequests

from adapter import IamError
from web.console.components import asker, crumbs
from web.console.refused import error_words
from web.console.secrets_once import signed_file
from web.languages import Language, language, speak
from web.throttle import Throttle

_log = logging.getLogger(__name__)

_KEPT = 3600.0
_MOST_AT_WORK = 8
_EXTENSION = "console_jobs"


@dataclass(slots=True, kw_only=True)
class Job:
    """One piece of long work.

    Attributes:
        owner: the ARN of whoever started it.
        title: what it does.
        header: of the table of results.
        total: how many results there will be.
        back: where it was started from.
        secret_columns: numbers of those columns that the page covers.
        ended_at: by the monotonic clock; None while it goes on.
        failure: why it stopped before its end.
    """

    owner: str
    title: str
    header: tuple[str, ...]
    total: int
    back: str
    secret_columns: tuple[int, ...] = ()
    results: list[tuple[str, ...]] = field(default_factory=list)
    ended_at: float | None = None
    failure: str | None = None

    def run(self, steps: Iterator[tuple[str, ...]]) -> None:
        """Takes one step after the other."""
        try:
            self.results.extend(steps)
        except IamError as error:
            self.failure = error_words(str(error))
        except Exception:
            _log.exception("long work failed: %s", self.title)
            self.failure = gettext("Something went wrong on our side; the server's log has the details.")
        finally:
            self.ended_at = time.monotonic()


Jobs = dict[str, Job]


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/jobs/<job_id>", "job", job, methods=["GET"])


def start(work: Job, steps: Iterator[tuple[str, ...]]) -> str:
    """Starts long work; the id of its page.

    Args:
        work: what it is, for whom.
        steps: yields a line of results after each step; must not need the request.

    Raises:
        TooManyRequests: so much is going on already that it has to wait.
    """
    jobs = _jobs()
    if sum(each.ended_at is None for each in jobs.values()) >= _MOST_AT_WORK:
        raise TooManyRequests
    job_id = secrets.token_urlsafe(16)
    jobs[job_id] = work
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    told = (app, language(), work, steps)
    threading.Thread(target=_run, args=told, name="console-job", daemon=True).start()
    return job_id


def _run(app: Flask, spoken: Language, work: Job, steps: Iterator[tuple[str, ...]]) -> None:
    """Does the work, and tells of it in the language of whoever started it."""
    with app.app_context():
        speak(spoken)
        work.run(steps)


def job(job_id: str) -> ResponseReturnValue:
    """How far long work has come, and what came of it."""
    found = _jobs().get(job_id)
    if found is None or found.owner != asker().arn:
        abort(HTTPStatus.NOT_FOUND)
    is_over = found.ended_at is not None
    return render_template(
        "console/components/job.html",
        job=found,
        results=list(found.results),
        is_over=is_over,
        download=signed_file(found.header, found.results) if is_over else None,
        crumbs=crumbs(here=found.title),
    )


def _jobs() -> Jobs:
    """All jobs of this process, without those that are long over."""
    jobs: Jobs = current_app.extensions.setdefault(_EXTENSION, {})
    now = time.monotonic()
    for job_id, each in list(jobs.items()):
        if each.ended_at is not None and now - each.ended_at > _KEPT:
            jobs.pop(job_id, None)
    return jobs
