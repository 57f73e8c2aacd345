"""`bindery up`: directory and web server in the foreground."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from shlex import quote
from typing import Any

import click
from rich.text import Text

from adapter.addresses import Address
from adapter.commands.common import EXISTING_FILE, data_option, output
from adapter.commands.first_start import grid, show_secrets
from adapter.installation.certificate import own_certificate
from adapter.installation.folder import Installation
from adapter.installation.up import Plan, Ready, run
from adapter.server import TlsFiles
from adapter.server.tree import DEMO_PASSWORD, DEMO_USERS


class _AddressType(click.ParamType[Address]):
    """`HOST:PORT`."""

    name = "HOST:PORT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Address:
        """Reads an address, or says how one looks."""
        try:
            return value if isinstance(value, Address) else Address.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


_ADDRESS = _AddressType()


@click.command()
@data_option
@click.option(
    "--http",
    type=_ADDRESS,
    default="127.0.0.1:8000",
    envvar="BINDERY_HTTP",
    help="Where the web server listens.",
    show_default=True,
    show_envvar=True,
)
@click.option(
    "--ldap",
    type=_ADDRESS,
    default="127.0.0.1:3890",
    envvar="BINDERY_LDAP",
    help="Where the LDAP server listens.",
    show_default=True,
    show_envvar=True,
)
@click.option(
    "--ldap-cert",
    type=EXISTING_FILE,
    envvar="BINDERY_LDAP_CERT_FILE",
    show_envvar=True,
    help="The LDAP server's certificate.",
)
@click.option(
    "--ldap-key", type=EXISTING_FILE, envvar="BINDERY_LDAP_KEY_FILE", show_envvar=True, help="The certificate's key."
)
@click.option(
    "--ldap-own-certificate",
    "ldap_hosts",
    metavar="HOST,…",
    envvar="BINDERY_LDAP_OWN_CERTIFICATE",
    show_envvar=True,
    help="Make a certificate for these names and addresses; clients trust DIR/public/ca.pem.",
)
@click.option(
    "--ldaps-port",
    type=click.IntRange(1, 65535),
    envvar="BINDERY_LDAPS_PORT",
    show_envvar=True,
    help="Listen there as well, with TLS from the first byte. --ldap offers StartTLS.",
)
@click.option("--ldap-plaintext", is_flag=True, help="Listen on an isolated network without a certificate.")
@click.option("--without-web", is_flag=True, help="Run the directory alone; its web server runs elsewhere.")
@click.option("--demo", is_flag=True, help="Load the demo's people and groups; their passwords are known.")
@click.option("--demo-on-network", is_flag=True, help="Besides --demo: let others reach a server with known passwords.")
def up(*, data: Path, http: Address, ldap: Address, without_web: bool, **options: Any) -> None:
    """Run the directory and the web server until SIGTERM or Ctrl-C.

    A server that crashes is started again. The first start makes an account, its root user and a master key: what
    BINDERY_SUFFIX, BINDERY_ACCOUNT_ID, BINDERY_ROOT_EMAIL, BINDERY_ROOT_PASSWORD, BINDERY_ROOT_ACCESS_KEY_ID with
    BINDERY_ROOT_SECRET_ACCESS_KEY, and BINDERY_MASTER_KEY_FILE do not give is made at random, shown once and kept
    in DIR, readable by its owner alone.

    \b
    Examples:
      bindery up --demo
      bindery up --data /srv/bindery --ldap 0.0.0.0:389 --ldap-cert ldap.crt --ldap-key ldap.key
    """
    web = None if without_web else http
    demo, demo_on_network = options.pop("demo"), options.pop("demo_on_network")
    if demo and not demo_on_network:
        _refuse_beyond_loopback(web, ldap)
    installation = Installation(data)
    if demo and installation.settings.ldap_uris:
        raise click.UsageError("The demo is for a directory that Bindery runs itself: leave --demo out")
    transport = _transport(data, ldap, options)
    server = installation.server_config(ldap_host=ldap.host, ldap_port=ldap.port, **transport)
    run(Plan(installation=installation, server=server, http=web, demo=demo), _announce)


def _refuse_beyond_loopback(*addresses: Address | None) -> None:
    exposed = [str(address) for address in addresses if address and not address.is_loopback]
    if exposed:
        raise click.UsageError(
            f"The demo's passwords are known to everybody, and {' and '.join(exposed)} can be reached from other "
            "machines. Listen on 127.0.0.1, or say it twice: --demo --demo-on-network"
        )


def _transport(data: Path, ldap: Address, options: Mapping[str, Any]) -> dict[str, Any]:
    """How passwords are kept from those who listen on the network."""
    cert, key, hosts, ldaps_port = (options[name] for name in ("ldap_cert", "ldap_key", "ldap_hosts", "ldaps_port"))
    if (cert is None) != (key is None):
        raise click.UsageError("--ldap-cert and --ldap-key go together")
    if cert and hosts:
        raise click.UsageError("--ldap-cert and --ldap-own-certificate exclude each other")
    if ldaps_port and not (cert or hosts):
        raise click.UsageError("--ldaps-port needs a certificate: --ldap-cert or --ldap-own-certificate")
    if not (ldap.is_loopback or cert or hosts or options["ldap_plaintext"]):
        raise click.UsageError(
            f"{ldap} can be reached from other machines, and without a certificate passwords would travel readable: "
            "give --ldap-cert and --ldap-key, or --ldap-own-certificate (or --ldap-plaintext, on an isolated network)"
        )
    tls = TlsFiles(certificate=cert, key=key) if cert else None
    if hosts:
        tls = own_certificate(data, [host.strip() for host in hosts.split(",")])
    return {"tls": tls, "ldaps_port": ldaps_port, "plaintext_beyond_loopback": options["ldap_plaintext"]}


def _announce(ready: Ready) -> None:
    """Prints where to go and who can sign in."""
    suffix = ready.plan.server.suffix
    show = output()
    show.print("\nBindery is ready.\n", style="bold")
    console = [("Console", ready.console_url)] if ready.console_url else []
    show.print(
        grid(
            *console,
            ("LDAP", f"{ready.ldap_uri} below {suffix}"),
            ("Account", ready.account_id),
            ("Data", str(ready.plan.server.data)),
        )
    )
    show_secrets(ready.invented, ready.plan.server.data)
    if ready.plan.demo:
        people = ", ".join(DEMO_USERS)
        password = Text(DEMO_PASSWORD, "bold")
        show.print(Text.assemble(f"\nSign in as one of {people} with the password ", password, ", or try\n"))
        bob = quote(f"uid=bob,ou=people,{suffix}")
        show.print(f"  ldapsearch -x -H {ready.ldap_uri} -D {bob} -w {DEMO_PASSWORD} \\")
        show.print(f"    -b {quote(suffix)} uid=bob")
    show.print("\nCtrl-C stops it.")
