"""Unix machines whose users are in the directory, and what asks PAM on them."""

from __future__ import annotations

from tests.clients.ldap_programs.programs import Program
from tests.clients.ldap_programs.recipes import files


class UnixLogin(Program):
    """A Unix machine whose users are in the directory: names and numbers by NSS, sign-ins by PAM."""

    def expect(self, name: str) -> None:
        """Gives somebody the POSIX profile, unless there is one."""
        self.company.make_posix(name)

    def admits(self, name: str, password: str) -> bool:
        done = self.machine.run("pamtester", "bindery", name, "authenticate", "acct_mgmt", stdin=f"{password}\n")
        assert "pamtester: " in done.stdout + done.stderr, self.log.read_text()
        return done.returncode == 0

    def getent(self, *arguments: str) -> str:
        """What NSS knows."""
        return self.machine.run("getent", *arguments).stdout.strip()


class Nslcd(UnixLogin):
    """nss-pam-ldapd."""

    recipe = "nslcd-pam"

    def start(self) -> None:
        self.machine.run("install", "-d", "-o", "nslcd", "/run/nslcd", check=True)
        self.machine.start("nslcd", "--nofork", log=self.log)
        is_there = ("test", "-S", "/run/nslcd/socket")
        self.machine.until(lambda: self.machine.run(*is_there).returncode == 0, self.log)


class Sssd(UnixLogin):
    """The System Security Services Daemon."""

    recipe = "sssd"

    def start(self) -> None:
        self.machine.start("sssd", "-i", "--logger=stderr", log=self.log)
        is_there = ("test", "-S", "/var/lib/sss/pipes/pam")
        self.machine.until(lambda: self.machine.run(*is_there).returncode == 0, self.log)


class Nginx(Nslcd):
    """A web server that asks PAM."""

    recipe = "nginx"

    def more(self) -> dict[str, str]:
        module = "load_module /usr/lib/nginx/modules/ngx_http_auth_pam_module.so;"
        server = f"listen 127.0.0.1:{self.port}; root /etc/nginx/site; include snippets/bindery.conf;"
        own = f"{module}\nuser www-data;\npid /run/nginx.pid;\nerror_log {self.log};\ndaemon off;\nevents {{}}\n"
        site = {
            "etc/nginx/nginx.conf": f"{own}http {{ access_log off; server {{ {server} }} }}\n",
            "etc/nginx/site/index.html": "only for members\n",
        }
        return files("nslcd-pam", self.company.values) | site

    def start(self) -> None:
        super().start()
        self.machine.run("mkdir", "-p", "/var/lib/nginx", "/var/log/nginx", check=True)
        self.machine.start("nginx", "-c", "/etc/nginx/nginx.conf", log=self.log.with_suffix(".out"))
        self.machine.until(self.listens, self.log)

    def admits(self, name: str, password: str) -> bool:
        return self.shows_page(name, password)
