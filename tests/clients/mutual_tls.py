"""Services that show certificates to a proxy in front of the decision point."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import requests

from tests.certificates import make_pair
from tests.clients.conftest import Api
from tests.clients.decision_point import action, record, user
from tests.documents import allow
from tests.x509 import Issued, issue

QUESTION: Final = {"subject": user("alice"), "action": action("read"), "resource": record("record-1")}
PATH: Final = "/access/v1/evaluation"


@dataclass(frozen=True)
class Service:
    """A service that has a certificate, or none."""

    url: str
    authority: Path
    files: tuple[str, str] | None

    def ask(self, headers: dict[str, str] | None = None, body: bytes = json.dumps(QUESTION).encode()) -> Any:
        sent = {"Content-Type": "application/json"} | (headers or {})
        return requests.post(self.url, data=body, headers=sent, cert=self.files, verify=str(self.authority), timeout=30)


@dataclass(frozen=True)
class Front:
    """nginx in front of Bindery."""

    url: str
    folder: Path
    api: Api

    def service(self, issued: Issued | None) -> Service:
        """A service that shows a certificate."""
        files = None
        if issued is not None:
            certificate, key = (self.folder / f"{issued.certificate.serial_number}.{kind}" for kind in ("pem", "key"))
            certificate.write_text(issued.pem)
            key.write_text(issued.private_key)
            files = (str(certificate), str(key))
        return Service(f"{self.url}{PATH}", self.folder / "authority.pem", files)


def service_user(front: Front, name: str, policy: str) -> Issued:
    iam, issued = front.api.client("iam"), issue(name)
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=policy)
    iam.upload_signing_certificate(UserName=name, CertificateBody=issued.pem)
    return issued


def asking_user(front: Front) -> Issued:
    """The certificate of a service that may ask; who it asks about is there as well."""
    iam = front.api.client("iam")
    iam.create_user(UserName="alice")
    iam.put_user_policy(UserName="alice", PolicyName="records", PolicyDocument=allow("record:read"))
    return service_user(front, "reports", allow("bindery:Evaluate"))


def write_certificates(folder: Path) -> None:
    """Writes what the proxy shows, and the authority that it is trusted by."""
    authority = make_pair("authority")
    site = make_pair("decisions", authority, ("127.0.0.1", "localhost"))
    files = {"authority.pem": authority.pem, "decisions.pem": site.pem, "decisions.key": site.key_pem}
    for name, octets in files.items():
        (folder / name).write_bytes(octets)
