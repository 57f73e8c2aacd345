"""When something goes wrong: clear pages, right codes, never a trace."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, abort
from limits.errors import StorageError
from werkzeug.exceptions import HTTPException

from adapter.errors import NoSuchEntity
from tests.web.visitor import HOME, SIGN_IN, Visitor, text


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 418, 429, 500, 503, 504])
def test_every_status_has_a_page_in_our_own_words(app: Flask, status: int) -> None:
    class Trouble(HTTPException):
        code = status
        description = "werkzeug's own words"

    def fail() -> None:
        raise Trouble

    app.add_url_rule("/trouble", "trouble", fail)
    response = Visitor(app).get("/trouble")
    assert response.status_code == status
    assert "werkzeug" not in text(response)
    assert "Request id" in text(response)


def test_a_mistake_of_ours_shows_no_trace(app: Flask) -> None:
    app.add_url_rule("/mistake", "mistake", lambda: 1 // 0)
    response = Visitor(app).get("/mistake")
    assert response.status_code == 500
    assert "ZeroDivisionError" not in response.get_data(as_text=True)
    assert "on our side" in text(response)


def test_the_page_carries_the_id_of_the_request(visitor: Visitor) -> None:
    response = visitor.get("/nowhere")
    assert response.headers["X-Request-Id"] in text(response)


def test_a_wrong_address_keeps_the_frame_for_those_who_are_signed_in(visitor: Visitor) -> None:
    visitor.sign_in("bob")
    assert "Sign out" in text(visitor.get("/nowhere"))


def test_a_wrong_address_has_a_page_without_the_directory_too(visitor: Visitor, demo_directory: Any) -> None:
    visitor.sign_in("bob")
    demo_directory.server.stop()
    assert visitor.get("/nowhere").status_code == 404


def test_a_method_that_is_not_there_says_which_are(visitor: Visitor) -> None:
    response = visitor.client.delete(SIGN_IN, headers={"Origin": "http://localhost"})
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]


def test_the_page_of_an_operation_says_what_was_refused(app: Flask, visitor: Visitor) -> None:
    def missing() -> None:
        raise NoSuchEntity("The user with name nobody cannot be found.")

    app.add_url_rule("/missing", "missing", missing)
    response = visitor.get("/missing")
    assert response.status_code == 404
    assert "The user with name nobody cannot be found." in text(response)


def test_without_the_directory_there_is_a_clear_page(visitor: Visitor, demo_directory: Any) -> None:
    visitor.sign_in("bob")
    demo_directory.server.stop()
    response = visitor.get(HOME)
    assert response.status_code == 503
    assert "The directory does not answer" in text(response)
    assert response.headers["Retry-After"]


def test_sign_in_without_the_directory_is_answered_the_same_way(visitor: Visitor, demo_directory: Any) -> None:
    visitor.get(SIGN_IN)
    demo_directory.server.stop()
    assert visitor.sign_in("bob").status_code == 503


def test_the_session_is_kept_while_the_directory_is_away(visitor: Visitor, demo_directory: Any) -> None:
    visitor.sign_in("bob")
    demo_directory.server.stop()
    visitor.get(HOME)
    demo_directory.server.start()
    assert visitor.is_signed_in()


def test_liveness_does_not_depend_on_the_directory(visitor: Visitor, demo_directory: Any) -> None:
    demo_directory.server.stop()
    assert visitor.get("/healthz").status_code == 200


def test_readiness_does(visitor: Visitor, demo_directory: Any) -> None:
    assert visitor.get("/readyz").status_code == 200
    demo_directory.server.stop()
    assert visitor.get("/readyz").status_code == 503


def test_a_store_of_counters_that_is_away_lets_nobody_in(app: Flask) -> None:
    def away() -> None:
        raise StorageError(ConnectionError("away"))

    app.add_url_rule("/away", "away", away)
    response = Visitor(app).get("/away")
    assert response.status_code == 503
    assert "Sign-in is not possible" in text(response)


def test_an_abort_keeps_its_code(app: Flask) -> None:
    app.add_url_rule("/abort", "abort", lambda: abort(409))
    assert Visitor(app).get("/abort").status_code == 409
