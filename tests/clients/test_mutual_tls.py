"""A service shows a certificate to a real nginx, which stands in front of the decision point as the page says."""

from __future__ import annotations

import json
import re
import shlex
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from adapter.enforcer import AtADistance, Enforcer
from adapter.errors import AccessDenied, ServiceUnavailable
from tests.clients.conftest import Api, Key, serving
from tests.clients.ecs.portal import listens
from tests.clients.ldap_programs.machine import Machine
from tests.clients.mutual_tls import PATH, QUESTION, Front, asking_user, service_user, write_certificates
from tests.clients.nginx import configuration
from tests.conftest import running_copy
from tests.documents import allow
from tests.ports import free_port
from tests.x509 import Issued, issue

PAGE: Final = Path(__file__).parents[2] / "web/access/README.md"
HEADER: Final = "ClientCert"
PROXY: Final = "127.0.0.2"
"""Where nginx speaks to Bindery from; tests that go past it come from another address."""


@pytest.fixture(scope="module")
def front(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("front")
    write_certificates(folder)
    for directory in running_copy(template, folder / "data"):
        own = replace(directory.settings, asking_proxies=(f"{PROXY}/32",), client_certificate_header=HEADER)
        with serving(replace(directory, settings=own), folder / "web.log") as api:
            listen, log = f"127.0.0.1:{free_port()}", folder / "nginx.log"
            text = configuration(f"proxy_bind {PROXY};\n{_server(listen, folder, api)}")
            machine = Machine(folder / "machine", {"etc/nginx/front.conf": text})
            try:
                machine.start("nginx", "-e", "stderr", "-p", folder, "-c", "/etc/nginx/front.conf", log=log)
                machine.until(partial(listens, listen), log)
                yield Front(f"https://{listen}", folder, api)
            finally:
                machine.close()


def _server(listen: str, folder: Path, api: Api) -> str:
    """What the page tells nginx, with the names and addresses of this test."""
    found = re.search(r"```nginx\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found
    own = {
        "listen 443": f"listen {listen}",
        "decisions.example.org": "127.0.0.1",
        "/etc/ssl": str(folder),
        "127.0.0.1:8000": urlsplit(api.url).netloc,
    }
    text = found[1]
    for theirs, ours in own.items():
        assert theirs in text
        text = text.replace(theirs, ours)
    return text


@pytest.fixture(scope="module")
def asker(front: Front) -> Issued:
    """The certificate of a service that may ask."""
    return asking_user(front)


@pytest.fixture(scope="module")
def other(front: Front) -> Issued:
    """The certificate of a user who may ask nothing."""
    return service_user(front, "other", allow("iam:ListUsers"))


@pytest.fixture(scope="module")
def key(front: Front, asker: Issued) -> Key:
    return front.api.key_of("reports")


def signed(front: Front, key: Key) -> dict[str, str]:
    request = AWSRequest("POST", f"{front.url}{PATH}", data=json.dumps(QUESTION).encode())
    SigV4Auth(Credentials(key.id, key.secret), "bindery", "us-east-1").add_auth(request)
    return dict(request.headers.items())


def test_a_service_asks_by_showing_its_certificate(front: Front, asker: Issued) -> None:
    answer = front.service(asker).ask()
    assert (answer.status_code, answer.json()["decision"]) == (200, True)


def test_the_page_s_commands_make_a_certificate_and_ask_with_it(front: Front, asker: Issued) -> None:
    found = re.search(r"((?:^    .*\n)+)", PAGE.read_text().partition("### Mutual TLS")[2], re.MULTILINE)
    assert found
    make, upload, ask = (shlex.split(line) for line in found[1].splitlines())
    subprocess.run(make, cwd=front.folder, check=True, capture_output=True)
    front.api.aws(*[text.replace("file://", f"file://{front.folder}/") for text in upload[1:]])
    own = {"$QUESTION": json.dumps(QUESTION), "https://decisions.example.org": front.url}
    for theirs, ours in own.items():
        assert any(theirs in text for text in ask)
        ask = [text.replace(theirs, ours) for text in ask]
    asked = subprocess.run(
        [*ask, "--silent", "--cacert", "authority.pem"], cwd=front.folder, check=True, capture_output=True, text=True
    )
    assert json.loads(asked.stdout)["decision"] is True


def test_it_may_ask_what_its_user_may(front: Front, asker: Issued, other: Issued) -> None:
    answer = front.service(other).ask()
    assert answer.status_code == 403
    assert "arn:aws:iam::123456789012:user/other is not authorized to perform: bindery:Evaluate" in answer.json()


@pytest.mark.parametrize("name", ["reports", "root"])
def test_a_certificate_that_nobody_has_is_refused_whatever_it_calls_itself(
    front: Front, asker: Issued, name: str
) -> None:
    assert front.service(issue(name)).ask().status_code == 401


def test_one_that_a_good_one_has_signed_is_refused(front: Front, asker: Issued) -> None:
    assert front.service(issue("reports", by=asker)).ask().status_code == 401


def test_without_a_certificate_the_service_is_not_known(front: Front) -> None:
    answer = front.service(None).ask()
    assert (answer.status_code, answer.json()) == (401, "Request is missing Authentication Token")


def test_one_that_is_switched_off_is_refused_at_once(front: Front) -> None:
    issued = service_user(front, "former", allow("bindery:Evaluate"))
    service, iam = front.service(issued), front.api.client("iam")
    assert service.ask().status_code == 200
    (found,) = iam.list_signing_certificates(UserName="former")["Certificates"]
    iam.update_signing_certificate(UserName="former", CertificateId=found["CertificateId"], Status="Inactive")
    assert service.ask().status_code == 401


@pytest.mark.parametrize("name", [HEADER, HEADER.lower(), HEADER.upper()])
@pytest.mark.parametrize("shown", [None, "other's"])
def test_nobody_smuggles_a_certificate_through(
    front: Front, asker: Issued, other: Issued, name: str, shown: str | None
) -> None:
    service = front.service(other if shown else None)
    refused = 403 if shown else 401
    assert service.ask({name: quote(asker.pem, safe="")}).status_code == refused


def test_nobody_makes_nginx_leave_the_certificate_out(front: Front, asker: Issued, other: Issued) -> None:
    sent = {"Connection": f"close, {HEADER}", HEADER: quote(asker.pem, safe="")}
    assert front.service(other).ask(sent).status_code == 403


def direct(front: Front, address: str, *headers: str) -> int:
    """Asks Bindery past nginx, from an address; the answer's status."""
    connection = HTTPConnection(urlsplit(front.api.url).netloc, timeout=30, source_address=(address, 0))
    body = json.dumps(QUESTION).encode()
    try:
        connection.putrequest("POST", PATH)
        for text in headers:
            connection.putheader(HEADER, text)
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        return connection.getresponse().status
    finally:
        connection.close()


def test_the_header_is_believed_from_the_proxy_s_address_and_from_no_other(front: Front, asker: Issued) -> None:
    text = quote(asker.pem, safe="")
    assert direct(front, PROXY, text) == 200
    assert direct(front, "127.0.0.1", text) == 401
    assert direct(front, "127.0.0.3", text) == 401


def test_a_header_that_comes_twice_is_refused(front: Front, asker: Issued, other: Issued) -> None:
    texts = [quote(each.pem, safe="") for each in (asker, asker)]
    assert direct(front, PROXY, *texts) == 401


def test_a_signature_and_a_certificate_of_one_user_go_together(front: Front, asker: Issued, key: Key) -> None:
    assert front.service(asker).ask(signed(front, key)).status_code == 200


def test_a_signature_of_one_user_and_a_certificate_of_another_are_refused(
    front: Front, other: Issued, key: Key
) -> None:
    answer = front.service(other).ask(signed(front, key))
    assert (answer.status_code, answer.json()) == (401, "The signature is not of the user whose certificate was shown.")


def test_a_good_certificate_does_not_make_up_for_a_wrong_signature(front: Front, asker: Issued, key: Key) -> None:
    assert front.service(asker).ask(signed(front, Key(key.id, "x" * 40))).status_code == 401


def test_a_certificate_opens_the_decision_point_alone(front: Front, asker: Issued) -> None:
    service = front.service(asker)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = replace(service, url=f"{front.url}/").ask(form, b"Action=ListUsers&Version=2010-05-08")
    assert answer.status_code == 403
    assert "MissingAuthenticationToken" in answer.text


def library(front: Front, issued: Issued | None) -> Enforcer:
    """The library for Python services, which shows a certificate."""
    service = front.service(issued)
    context = ssl.create_default_context(cafile=service.authority)
    if service.files:
        context.load_cert_chain(*service.files)
    return Enforcer(AtADistance(front.url, tls=context))


REQUEST = {
    "REQUEST_METHOD": "GET",
    "HTTP_X_AUTH_REQUEST_ARN": "arn:aws:iam::123456789012:user/alice",
    "wsgi.url_scheme": "https",
}
RECORD = "arn:aws:record::123456789012:record/record-1"


def test_the_library_shows_a_certificate_in_the_place_of_a_key(front: Front, asker: Issued) -> None:
    enforcer = library(front, asker)
    assert enforcer.hold(dict(REQUEST), "record:read", RECORD).account_id == "123456789012"
    with pytest.raises(AccessDenied):
        enforcer.hold(dict(REQUEST), "record:write", RECORD)


@pytest.mark.parametrize("issued", [None, issue("reports")], ids=["none", "unknown"])
def test_the_library_lets_nobody_pass_when_its_certificate_is_not_good(front: Front, issued: Issued | None) -> None:
    with pytest.raises(ServiceUnavailable):
        library(front, issued).hold(dict(REQUEST), "record:read", RECORD)
