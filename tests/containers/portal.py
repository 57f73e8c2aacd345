"""The portal of the profile demo: what Ray may do there, what he is refused and why, and how that changes."""

from __future__ import annotations

from typing import Final

import boto3
import requests
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from adapter.server.bootstrap import read_first_start
from tests.containers.project import SUFFIX, Containers, person
from tests.containers.telling import hold, until

_PORT: Final = "PORTAL_PORT"
_SERVERS: Final = "/ecs/eu-de/servers"
_MINE: Final = {"name": "mine"}
_NOT_ALLOWED: Final = "No identity-based policy that reaches you allows the action"
_NO_POLICY: Final = "no identity-based policy allows the ecs:CreateServers action"
_DENIED: Final = "There is an explicit deny in an identity-based policy"
_LDAPMODIFY: Final = f"""ldapmodify -Q -Y EXTERNAL -H ldapi://%2Fdata%2Fldapi <<END
dn: uid=ray,ou=people,{SUFFIX}
changetype: modify
add: iamAttachedPolicy
iamAttachedPolicy: cn=ECSFullAccess,ou=system-policies,ou=iam,{SUFFIX}
END"""


def try_portal(it: Containers) -> None:
    """What the compose file says of the portal, as a person and as programs."""
    until("a stranger at the portal is led to the sign-in", lambda: "/console/sign-in" in _get(it, "/").url)
    until("who signs in there sees the services", lambda: it.sign_in(_PORT, "/", **person("ray"))[1].url == _home(it))
    ray, _ = it.sign_in(_PORT, _SERVERS, **person("ray"))
    hold("Ray sees the servers", "web-1" in ray.get(it.url(_PORT, _SERVERS), timeout=30).text)
    click = ray.post(it.url(_PORT, _SERVERS), data=_MINE, timeout=30)
    hold("he is refused to create one, and told why", _says(click, "ecs:CreateServers", _NOT_ALLOWED), click.text)
    region = ray.get(it.url(_PORT, "/ecs/eu-nl/servers"), timeout=30)
    hold("so is the other region", _says(region, "ecs:ListServers", _DENIED), region.text)
    service = ray.get(it.url(_PORT, "/vpc/eu-de/networks"), timeout=30)
    hold("so is the other service", _says(service, "vpc:ListNetworks", _NOT_ALLOWED), service.text)
    _try_programs(it, _key(it, "ray"))
    it.compose("exec", "-T", "directory", "sh", "-c", _LDAPMODIFY)
    click = ray.post(it.url(_PORT, _SERVERS), data=_MINE, timeout=30)
    hold("after an ldapmodify his next click creates one", click.ok and "mine" in click.text, click.text)


def _try_programs(it: Containers, key: Credentials) -> None:
    listed = _signed(it, key, "GET")
    hold("his program lists the servers", listed.ok and listed.json()["servers"][0]["name"] == "web-1", listed.text)
    made = _signed(it, key, "POST")
    hold("it is refused to create one, and told why", _says(made, _NO_POLICY), made.text)
    forged = _signed(it, Credentials(key.access_key, "x" * 40), "GET")
    hold("without his secret it is nobody", forged.status_code == requests.codes.unauthorized)
    question = {"X-Forwarded-Method": "GET", "X-Forwarded-Proto": "http", "X-Forwarded-Uri": _SERVERS}
    question["X-Forwarded-Host"] = it.url(_PORT, "").removeprefix("http://")
    asked = requests.get(it.url("HTTP_PORT", "/access/v1/forward-auth"), headers=question, timeout=30)
    hold("the console's own address hears no proxy", asked.status_code == requests.codes.forbidden, asked.text)


def _get(it: Containers, path: str) -> requests.Response:
    return requests.get(it.url(_PORT, path), timeout=5)


def _home(it: Containers) -> str:
    return it.url(_PORT, "/services")


def _says(answer: requests.Response, *words: str) -> bool:
    text = answer.text.replace("<wbr>", "")
    return answer.status_code == requests.codes.forbidden and all(each in text for each in words)


def _key(it: Containers, name: str) -> Credentials:
    """An access key for somebody, which the root user makes with the key that the first start has shown."""
    (it.folder / "first-start.txt").write_text(it.compose("exec", "-T", "directory", "cat", "/data/first-start.txt"))
    root = read_first_start(it.folder)
    iam = boto3.client(
        "iam",
        endpoint_url=it.url("HTTP_PORT"),
        region_name="us-east-1",
        aws_access_key_id=root["BINDERY_ROOT_ACCESS_KEY_ID"],
        aws_secret_access_key=root["BINDERY_ROOT_SECRET_ACCESS_KEY"],
    )
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return Credentials(key["AccessKeyId"], key["SecretAccessKey"])


def _signed(it: Containers, key: Credentials, method: str) -> requests.Response:
    """What the portal answers a program that signs its request, and asks about servers."""
    url, headers = it.url(_PORT, _SERVERS), {"Accept": "application/json", "Content-Type": "application/json"}
    request = AWSRequest(method, url, data=b'{"name": "mine"}' if method == "POST" else b"", headers=headers)
    S3SigV4Auth(key, "ecs", "eu-de").add_auth(request)
    return requests.request(method, url, data=request.data, headers=dict(request.headers), timeout=30)
