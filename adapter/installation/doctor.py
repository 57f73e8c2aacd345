"""The operator's check-up: what could go wrong with an installation, looked at one by one, with what to do about it."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from cryptography import x509

from adapter.crypto.credentials import open_secret_key
from adapter.crypto.sealing import Keyring, SealingError
from adapter.errors import IamError
from adapter.ldap import ServerInfo, Store, csn, places
from adapter.ldap.connection import Pool
from adapter.ldap.filters import present
from adapter.ldap.mapping import ACCESS_KEY
from adapter.ldap.noun import OBJECT_CLASS
from adapter.ldap.search import NO_ATTRIBUTES, Scope, Search
from adapter.models import AccessKey
from adapter.server import SlapdError, UnusableFolder
from adapter.server.files import ldif_root
from adapter.server.program import find_slapd
from adapter.server.state import read_state
from adapter.settings import Settings

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_STRONG_HASHES = frozenset({"{ARGON2}", "{PBKDF2-SHA512}"})
_CLOCK_TOLERANCE = timedelta(minutes=1)
_CERTIFICATE_WARNING = timedelta(days=30)
_RENEW = "Renew it and start bindery up again with --ldap-cert and --ldap-key."
_KEYS_TRIED = 100
_KEY_ADVICE = (
    "Put the key back from where you keep it apart from the backups, or name it with BINDERY_MASTER_KEY_FILE; without "
    "it no access key can be read."
)


class Verdict(StrEnum):
    """How one check ended."""

    FINE = "fine"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.

    Attributes:
        advice: what to do; empty when nothing has to be done.
    """

    check: str
    verdict: Verdict
    message: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class _Patient:
    settings: Settings
    info: ServerInfo

    @property
    def is_private(self) -> bool:
        """Bindery runs the directory itself."""
        return not self.settings.ldap_uris


_Result = tuple[Verdict, str, str]
_Check = Callable[[_Patient], Iterator[_Result]]


def examine(settings: Settings, info: ServerInfo | None = None) -> list[Finding]:
    """Runs every check; none of them changes anything.

    Args:
        settings: of the installation.
        info: what the directory tells of itself, where somebody has just asked.
    """
    patient = _Patient(settings, info or _info(settings))
    return [Finding(name, *result) for name, check in _CHECKS for result in check(patient)]


def findings(settings: Settings, info: ServerInfo) -> list[dict[str, str]]:
    """What `examine` finds, as plain values."""
    return [asdict(finding) | {"verdict": finding.verdict.value} for finding in examine(settings, info)]


def _info(settings: Settings) -> ServerInfo:
    with closing(Store.open(settings)) as store:
        return store.server_info()


def _program(patient: _Patient) -> Iterator[_Result]:
    if not patient.is_private:
        return
    try:
        program = find_slapd()
    except SlapdError as error:
        yield Verdict.FAILED, str(error), "Install OpenLDAP's server."
        return
    scheme = program.password_hash.scheme
    version = ".".join(map(str, program.version))
    if scheme in _STRONG_HASHES:
        yield _fine(f"slapd {version} at {program.path}, passwords as {scheme}")
    else:
        yield (
            Verdict.WARNING,
            f"slapd {version} can only hash passwords as {scheme}",
            "Install slapd with its argon2 module.",
        )


def _folder(patient: _Patient) -> Iterator[_Result]:
    data = patient.settings.data
    if not data.is_dir():
        yield Verdict.FAILED, f"There is no data folder {data}", "Name it with --data DIR, or make one: bindery up."
        return
    try:
        state = read_state(data)
    except UnusableFolder as error:
        yield Verdict.FAILED, str(error), "Restore a backup: bindery restore FILE."
        return
    if patient.is_private and state is None:
        yield Verdict.FAILED, f"{data} holds no directory", "Make one: bindery up."
    else:
        yield _fine(f"{data}, account {state.account_id} below {state.suffix}" if state else str(data))


def _permissions(patient: _Patient) -> Iterator[_Result]:
    data = patient.settings.data
    if not data.is_dir():
        return
    secrets = [data, patient.settings.master_key_path, data / "first-start.txt", *data.glob("audit*.jsonl")]
    open_ones = [path for path in secrets if path.exists() and path.stat().st_mode & _OTHERS]
    for path in open_ones:
        yield Verdict.FAILED, f"Others can get at {path}", f"chmod go= {path}"
    if not open_ones:
        yield _fine("Only its owner can get at the data folder's secrets")
    if (data / "first-start.txt").exists():
        advice = f"Note what you need and delete it: rm {data / 'first-start.txt'}"
        yield Verdict.WARNING, "The secrets of the first start still lie in first-start.txt", advice


def _master_key(patient: _Patient) -> Iterator[_Result]:
    settings = patient.settings
    where = "BINDERY_MASTER_KEY" if settings.master_key else str(settings.master_key_path)
    try:
        keyring = Keyring.from_text(settings.read_master_key())
    except OSError as error:
        yield Verdict.FAILED, f"The master key {where} can't be read: {error.strerror}", _KEY_ADVICE
    except (UnicodeDecodeError, SealingError) as error:
        yield Verdict.FAILED, f"{where} holds no master key: {error}", _KEY_ADVICE
    else:
        yield _fine(f"{where} holds a master key")
        yield from _sealed(patient, keyring)


def _sealed(patient: _Patient, keyring: Keyring) -> Iterator[_Result]:
    """Whether the key is the one that this directory's secrets were sealed with."""
    if not patient.info.answers:
        return
    store = Store.open(patient.settings)
    try:
        keys = [key for account in store.accounts() for key in store.find(ACCESS_KEY, account, limit=_KEYS_TRIED)]
    except IamError as error:
        yield Verdict.FAILED, f"Access keys could not be looked at: {error}", "Try again."
        return
    finally:
        store.close()
    closed = [key.access_key_id for key in keys if not _opens(keyring, key)]
    if closed:
        message = f"The master key does not open {len(closed)} of {len(keys)} access keys, {closed[0]} among them"
        yield Verdict.FAILED, message, _KEY_ADVICE
    elif keys:
        yield _fine(f"It opens each of the access keys that were tried: {len(keys)}")


def _opens(keyring: Keyring, key: AccessKey) -> bool:
    try:
        open_secret_key(keyring, key.sealed_secret, key.owner_id)
    except SealingError:
        return False
    return True


def _server(patient: _Patient) -> Iterator[_Result]:
    advice = "Start it: bindery up." if patient.is_private else "Check it, its address and BINDERY_LDAP_BIND_DN."
    for uri, status in patient.info.servers.items():
        if status == "ok":
            yield _fine(f"{uri} answers")
        else:
            yield Verdict.FAILED, f"{uri}: {status}", advice


def _schema(patient: _Patient) -> Iterator[_Result]:
    if not patient.info.answers:
        return
    text = (ldif_root() / "config" / "schema.ldif").read_text(encoding="utf-8")
    missing = set(re.findall(r"^olcObjectClasses: .* NAME '(iam\w+)'", text, re.MULTILINE)) - patient.info.classes
    if missing:
        advice = "Restart bindery up, which brings the schema up to date."
        yield Verdict.FAILED, f"The directory does not know {', '.join(sorted(missing))}", advice
    else:
        yield _fine(f"The directory knows all {len(patient.info.classes)} object classes")


def _access(patient: _Patient) -> Iterator[_Result]:
    """Looks as somebody who has not signed in: at a directory of others, only at what is Bindery's."""
    if not patient.info.answers:
        return
    pool = Pool.open(patient.settings, size=1, authenticate=False)
    suffix = patient.settings.suffix
    base = suffix if patient.is_private else places.account(suffix)
    everything = Search(base, Scope.SUBTREE, present(OBJECT_CLASS), NO_ATTRIBUTES, size_limit=1)
    try:
        entries, _ = pool.read(lambda wire: wire.search(everything))
    except IamError as error:
        yield Verdict.FAILED, f"Access without signing in could not be tried: {error}", "Try again."
        return
    finally:
        pool.close()
    if entries:
        yield (
            Verdict.FAILED,
            f"Who has not signed in sees entries of {base}",
            "Load the rules of ldif/config/acl.ldif." if patient.is_private else "Run bindery init again.",
        )
    else:
        yield _fine("Who has not signed in sees nothing")


def _tls(patient: _Patient) -> Iterator[_Result]:
    file = patient.settings.data / "directory" / "tls" / "certificate.pem"
    if not patient.is_private:
        return
    if not file.exists():
        yield _fine("No certificate: plain LDAP, meant for this machine alone")
        return
    try:
        left = _time_left(file)
    except (OSError, ValueError) as error:
        yield Verdict.FAILED, f"The directory's certificate can't be read: {error}", _RENEW
        return
    words = f"The directory's certificate is valid for {left.days} more days"
    if left < timedelta():
        yield Verdict.FAILED, "The directory's certificate has expired", _RENEW
    elif left < _CERTIFICATE_WARNING:
        yield Verdict.WARNING, words, _RENEW
    else:
        yield _fine(words)


def _clock(patient: _Patient) -> Iterator[_Result]:
    """Signed requests and one-time codes hang on the clock; the newest change's time tells one that went back."""
    if not patient.info.answers:
        return
    stamps = filter(None, map(csn.time_of, patient.info.context_csn))
    ahead = max(stamps, default=datetime.min.replace(tzinfo=UTC)) - datetime.now(UTC)
    if ahead > _CLOCK_TOLERANCE:
        message = f"The newest change in the directory is {ahead.total_seconds():.0f} seconds in this machine's future"
        yield Verdict.FAILED, message, "Set the clock, and keep it with NTP (timedatectl set-ntp true)."
    else:
        yield _fine(
            f"This machine's clock says {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC and agrees with the directory"
        )


def _fine(message: str) -> _Result:
    return Verdict.FINE, message, ""


def _time_left(certificate: Path) -> timedelta:
    parsed = x509.load_pem_x509_certificate(certificate.read_bytes())
    return parsed.not_valid_after_utc - datetime.now(UTC)


_CHECKS: tuple[tuple[str, _Check], ...] = (
    ("program", _program),
    ("data folder", _folder),
    ("permissions", _permissions),
    ("master key", _master_key),
    ("server", _server),
    ("schema", _schema),
    ("access rules", _access),
    ("TLS", _tls),
    ("clock", _clock),
)
