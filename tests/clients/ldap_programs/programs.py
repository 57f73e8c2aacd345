"""Programs that sign people in by LDAP, each started from Debian's package with the configuration of its recipe."""

from __future__ import annotations

import socket
import subprocess
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

import requests

from tests.clients.ldap_programs.company import Company
from tests.clients.ldap_programs.machine import Machine
from tests.clients.ldap_programs.recipes import files
from tests.ports import free_port

CA = "etc/ssl/certs/bindery-ca.pem"


class Program(ABC):
    """One program on a machine of its own."""

    recipe: ClassVar[str]
    asks_for_group: ClassVar = True

    def __init__(self, company: Company, folder: Path) -> None:
        self.company = company
        self.port = free_port()
        self.log = folder / "program.log"
        self.log.touch()
        own = {CA: company.authority.read_text(), **self.pages(), **self.more()}
        self.machine = Machine(folder / "own", own)
        try:
            self.start()
        except BaseException:
            self.machine.close()
            raise

    def pages(self) -> dict[str, str]:
        """The recipe's files."""
        return files(self.recipe, self.company.values)

    def more(self) -> dict[str, str]:
        """What belongs to the program and not to the recipe, by path."""
        return {}

    @abstractmethod
    def start(self) -> None:
        """Starts the program and returns when it answers."""

    @abstractmethod
    def admits(self, name: str, password: str) -> bool:
        """Whether the program lets somebody in."""

    def expect(self, name: str) -> None:  # noqa: B027  # most programs need not be told
        """Tells the program of somebody, where it wants to know people beforehand."""

    def close(self) -> None:
        self.machine.close()

    def shows_page(self, name: str, password: str) -> bool:
        """Whether a web server shows its page."""
        answer = requests.get(f"http://127.0.0.1:{self.port}/index.html", auth=(name, password), timeout=30)
        assert answer.status_code in {200, 401, 403}, self.log.read_text()
        return answer.ok and answer.text == "only for members\n"

    def listens(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False


class Apache(Program):
    """A page for a group."""

    recipe = "apache"

    def more(self) -> dict[str, str]:
        modules = ("mpm_event", "authn_core", "authz_core", "authz_user", "auth_basic", "ldap", "authnz_ldap")
        lines = [f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in modules]
        lines += [
            'ServerRoot "/etc/apache2"',
            "ServerName localhost",
            f"Listen 127.0.0.1:{self.port}",
            "PidFile /run/apache2.pid",
            f'ErrorLog "{self.log}"',
            "User www-data",
            "Group www-data",
            'DocumentRoot "/etc/apache2/site"',
            "Include conf-available/bindery.conf",
        ]
        return {
            "etc/apache2/apache2.conf": "\n".join([*lines, ""]),
            "etc/apache2/site/index.html": "only for members\n",
        }

    def start(self) -> None:
        self.machine.start("apache2", "-f", "/etc/apache2/apache2.conf", "-D", "FOREGROUND", log=self.log)
        self.machine.until(self.listens, self.log)

    def admits(self, name: str, password: str) -> bool:
        return self.shows_page(name, password)


class FreeRadius(Program):
    """A RADIUS server, asked as a switch or an access point asks it."""

    recipe = "freeradius"

    def more(self) -> dict[str, str]:
        client = 'client localhost {\n  ipaddr = 127.0.0.1\n  secret = "shared-with-the-switch"\n}\n'
        return {"etc/freeradius/3.0/clients.conf": client}

    def start(self) -> None:
        etc = "/etc/freeradius/3.0"
        self.machine.run(
            "sh",
            "-ec",
            f"cd {etc} && rm -rf mods-enabled sites-enabled && mkdir mods-enabled sites-enabled /run/freeradius\n"
            f"cp {etc}/mods-available/always {etc}/mods-enabled/\n"
            f"sed -i 's/reject_delay = 1/reject_delay = 0/' {etc}/radiusd.conf\n"
            f"ln -s ../mods-available/bindery {etc}/mods-enabled/ldap\n"
            f"sed 's/port = 1812/port = {self.port}/' {etc}/sites-available/bindery >{etc}/sites-enabled/default\n"
            f"mkdir -p /var/log/freeradius && chown -R freerad:freerad {etc} /var/log/freeradius /run/freeradius",
            check=True,
        )
        self.machine.start("freeradius", "-f", "-l", "stdout", log=self.log)
        self.machine.until(lambda: "Ready to process requests" in self.log.read_text(), self.log)

    def admits(self, name: str, password: str) -> bool:
        request = f'User-Name = "{name}", User-Password = "{password}"\n'
        where = f"127.0.0.1:{self.port}"
        done = self.machine.run(
            "radclient", "-r", "1", "-t", "20", where, "auth", "shared-with-the-switch", stdin=request
        )
        assert "Received Access-" in done.stdout, done.stdout + done.stderr + self.log.read_text()
        return "Received Access-Accept" in done.stdout


class Dovecot(Program):
    """A mail server's sign-in."""

    recipe = "dovecot"

    def more(self) -> dict[str, str]:
        users = "default_internal_user = dovecot\ndefault_login_user = dovenull\ndefault_internal_group = dovecot\n"
        own = f"protocols =\nssl = no\nlog_path = {self.log}\n{users}first_valid_uid = 1\n"
        # Who guesses is made to wait; the tests guess.
        own += "auth_failure_delay = 0\nservice anvil {\n  unix_listener anvil-auth-penalty {\n    mode = 0\n  }\n}\n"
        return {"etc/dovecot/test.conf": own + "!include conf.d/bindery.conf\n"}

    def start(self) -> None:
        self.machine.run("sh", "-ec", "sed -i 's/vmail/nobody/g' /etc/dovecot/conf.d/bindery.conf", check=True)
        self.machine.run("sh", "-ec", "sed -i 's/gid=nobody/gid=nogroup/' /etc/dovecot/conf.d/bindery.conf", check=True)
        self.machine.start("dovecot", "-F", "-c", "/etc/dovecot/test.conf", log=self.log.with_suffix(".out"))
        is_there = ("test", "-S", "/run/dovecot/auth-client")
        self.machine.until(lambda: self.machine.run(*is_there).returncode == 0, self.log)

    def admits(self, name: str, password: str) -> bool:
        done = self.machine.run("doveadm", "-c", "/etc/dovecot/test.conf", "auth", "test", name, password)
        assert "auth succeeded" in done.stdout or "auth failed" in done.stdout, done.stderr + self.log.read_text()
        return done.returncode == 0


class PostgreSql(Program):
    """A database."""

    recipe = "postgresql"

    def start(self) -> None:
        home = "/run/postgresql"
        initdb = f"exec /usr/lib/postgresql/*/bin/initdb -D {home}/data -U admin -A trust --no-sync"
        rules = f"(echo local all admin trust; cat /etc/postgresql/15/main/pg_hba.conf) >{home}/data/pg_hba.conf"
        server = f"exec /usr/lib/postgresql/*/bin/postgres -D {home}/data -h 127.0.0.1 -p {self.port} -k {home} -F"
        self.machine.run("install", "-d", "-o", "nobody", "-g", "nogroup", home, check=True)
        self.machine.run(*self._as_itself(initdb), check=True)
        self.machine.run("sh", "-ec", rules, check=True)
        self.machine.start(*self._as_itself(server), log=self.log)
        self.machine.until(lambda: self._admin("SELECT 1").returncode == 0, self.log)

    def _as_itself(self, script: str) -> tuple[object, ...]:
        """PostgreSQL refuses to be root."""
        return self.machine.as_user("nobody", "nogroup", "sh", "-c", script)

    def expect(self, name: str) -> None:
        assert self._admin(f'CREATE ROLE "{name}" LOGIN').returncode == 0

    def admits(self, name: str, password: str) -> bool:
        query = ("psql", "-h", "127.0.0.1", "-p", self.port, "-U", name, "-tAc", "SELECT current_user", "postgres")
        done = self.machine.run("env", f"PGPASSWORD={password}", *query)
        refused = "LDAP authentication failed" in done.stderr or "no password supplied" in done.stderr
        assert refused or done.stdout == f"{name}\n", done.stderr + self.log.read_text()
        return done.returncode == 0

    def _admin(self, statement: str) -> subprocess.CompletedProcess[str]:
        return self.machine.run(
            "psql", "-h", "/run/postgresql", "-p", self.port, "-U", "admin", "-tAc", statement, "postgres"
        )


class PhpLdapAdmin(Program):
    """A browser of trees."""

    recipe = "phpldapadmin"
    asks_for_group = False
    modules: ClassVar = ("ctype", "gettext", "iconv", "ldap", "mbstring", "tokenizer", "xml")
    documents: ClassVar = "/usr/share/phpldapadmin/htdocs"
    tries: ClassVar = 5

    def start(self) -> None:
        modules = " ".join(f"-d extension={name}" for name in self.modules)
        options = f"{modules} -d session.save_path=/run -d error_reporting=0"
        server = f"exec /usr/bin/php?.? {options} -S 127.0.0.1:{self.port} -t {self.documents}"
        self.machine.start("sh", "-c", server, log=self.log)
        self.machine.until(self.listens, self.log)

    def admits(self, name: str, password: str) -> bool:
        form = {"cmd": "login", "server_id": "1", "nodecode[login_pass]": "1", "login": name, "login_pass": password}
        for _ in range(self.tries):
            session = requests.Session()
            session.get(f"http://127.0.0.1:{self.port}/index.php", timeout=30)
            page = session.post(f"http://127.0.0.1:{self.port}/cmd.php", data=form, timeout=30).text
            if "Authenticate to server" in page:
                return "Logged in as" in page
            # Now and then it can't read the cookie that it has just encrypted: the random part held its separator.
            assert "blowfish_decrypt" in page, page
        raise AssertionError(page)


class LdapAccountManager(PhpLdapAdmin):
    """Another one."""

    recipe = "ldap-account-manager"
    asks_for_group = True
    modules = (*PhpLdapAdmin.modules, "curl", "dom", "gd", "gmp", "phar", "simplexml", "xmlreader", "xmlwriter", "zip")
    documents = "/usr/share/ldap-account-manager"

    def admits(self, name: str, password: str) -> bool:
        form = {"username": name, "passwd": password, "language": "en_GB.utf8", "checklogin": "Login"}
        where = f"http://127.0.0.1:{self.port}/templates/login.php"
        session = requests.Session()
        session.get(where, timeout=30)
        answer = session.post(where, data=form, timeout=30)
        assert answer.status_code == 403 or "Logout" in answer.text, answer.text + self.log.read_text()
        return answer.ok
