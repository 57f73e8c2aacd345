"""People with second factors."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.authenticators import Authenticator
from tests.web.conftest import Do
from tests.web.factors import SELF_SERVICE, App, give_app, make_passkey, make_person


@pytest.fixture
def app_of_ann(do: Do) -> App:
    """Ann's authenticator app; she may look after her own credentials."""
    make_person(do, "ann", SELF_SERVICE)
    return give_app(do, "ann")


@pytest.fixture
def passkey_of_ben(do: Do, app: Flask) -> Authenticator:
    """Ben's authenticator, with a passkey that he made in the console."""
    make_person(do, "ben", SELF_SERVICE)
    return make_passkey(app, "ben")
