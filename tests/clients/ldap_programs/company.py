"""A directory that LDAP programs sign people in from: with a certificate, a reader, and people for each case."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from adapter import Caller, Iam, open_iam
from adapter.installation.reader import set_reader
from adapter.server import PrivateServer, ServerConfig, TlsFiles
from adapter.settings import Settings
from tests.callers import lasting, root_of
from tests.certificates import make_pair
from tests.clients.ldap_programs.recipes import Values
from tests.conftest import SUFFIX, Directory, make_template
from tests.ports import free_port

PASSWORD = "A-password-of-mine-1"
GROUP = "DevelopmentPersonnel"
HOST = "ldap.example.org"
GROUP_NUMBER = 20000
_POSIX_GROUP = f"""dn: cn={GROUP},ou=groups,{SUFFIX}
changetype: modify
add: objectClass
objectClass: posixGroup
-
add: gidNumber
gidNumber: {GROUP_NUMBER}
"""


@dataclass
class Company:
    """The directory, and what is done to its people."""

    directory: Directory
    values: Values
    authority: Path
    iam: Iam
    root: Caller
    _count: int = field(default=0)

    def person(self, *, group: str | None = GROUP) -> str:
        """Somebody new, whom no other test knows."""
        self._count += 1
        name = f"person{self._count}"
        self.do("create_user", user_name=name, display_name=f"Person {self._count}", email=f"{name}@example.org")
        self.do("create_login_profile", user_name=name, password=PASSWORD)
        if group:
            self.do("add_user_to_group", group_name=group, user_name=name)
        return name

    def do(self, operation: str, **params: object) -> None:
        self.iam.execute(self.root, operation, params)

    def disable(self, name: str) -> None:
        """As an administrator does it with LDAP tools: for good, by ppolicy."""
        self.modify(name, "replace: pwdAccountLockedTime", "pwdAccountLockedTime: 000001010000Z")

    def modify(self, name: str, *lines: str) -> None:
        change = "\n".join([f"dn: uid={name},ou=people,{SUFFIX}", "changetype: modify", *lines, ""])
        self.directory.ldap("ldapmodify", stdin=change)

    def make_posix(self, name: str) -> int:
        """Gives somebody the POSIX profile as other tools would, unless there is one; returns the number."""
        dn = f"uid={name},ou=people,{SUFFIX}"
        found = self.directory.ldap("ldapsearch", "-LLL", "-b", dn, "uidNumber").stdout
        if "uidNumber" in found:
            return int(found.split("uidNumber: ")[1])
        self._count += 1
        number = GROUP_NUMBER + self._count
        profile = {
            "uidNumber": number,
            "gidNumber": GROUP_NUMBER,
            "homeDirectory": f"/home/{name}",
            "loginShell": "/bin/sh",
        }
        lines = ["add: objectClass", "objectClass: posixAccount"]
        for attribute, value in profile.items():
            lines += ["-", f"add: {attribute}", f"{attribute}: {value}"]
        self.modify(name, *lines)
        return number

    def app_password(self, name: str, application: str) -> tuple[str, str]:
        """A new app password and its id."""
        params = {"user_name": name, "service_name": application}
        made = self.iam.execute(self.root, "create_service_specific_credential", params)
        credential = made["service_specific_credential"]
        return credential["service_password"], credential["service_specific_credential_id"]

    def rename(self, name: str) -> str:
        self.do("update_user", user_name=name, new_user_name=f"{name}new")
        return f"{name}new"


@contextmanager
def open_company(folder: Path) -> Iterator[Company]:
    """A company in a folder."""
    data = make_template(folder / "data", demo=True)
    authority = make_pair("Bindery test authority")
    pair = make_pair(HOST, authority, (HOST, "127.0.0.1"))
    files = {name: folder / name for name in ("ca.pem", "server.pem", "server.key")}
    for file, content in zip(files.values(), (authority.pem, pair.pem, pair.key_pem), strict=True):
        file.write_bytes(content)
    tls = TlsFiles(certificate=files["server.pem"], key=files["server.key"])
    port = free_port()
    with PrivateServer(ServerConfig(data=data, suffix=SUFFIX, tls=tls, ldaps_port=port)) as server:
        server.prepare()
        server.start()
        directory = Directory(server, Settings(data=data, suffix=SUFFIX))
        directory.ldap("ldapmodify", stdin=_POSIX_GROUP)
        iam = open_iam(directory.settings)
        reader = set_reader(directory.settings, "What-applications-know-1")
        root = lasting(root_of(iam, directory))
        yield Company(directory, Values(f"ldaps://{HOST}:{port}", reader.password), files["ca.pem"], iam, root)
        iam.close()
