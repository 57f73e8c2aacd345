"""The first start: who the account is, and the secrets that are shown once.

What the operator gives in the environment is used and not kept; what has to be invented is kept in
`first-start.txt` (mode 0600), so that a start that is interrupted says the same thing when it is repeated.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from adapter.crypto.credentials import new_secret_access_key, seal_secret_key
from adapter.crypto.sealing import Keyring, MasterKey, SealingError
from adapter.files import write_whole
from adapter.names import IdPrefix, new_account_id, new_unique_id
from adapter.server.state import read_state

_FILE = "first-start.txt"
_HEADER = "# Written at the first start, for the operator's eyes. Note what you need and delete this file.\n"
_NOT_SHOWN = "# Not shown to anybody yet.\n"
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
_PASSWORD_LENGTH = 20
_KEY_IS_GONE = (
    "The master key {path} is missing, and without it no access key of this directory can be read. Put it back, or say "
    "where it is with BINDERY_MASTER_KEY_FILE. If it is lost for good, make another (openssl rand -base64 32 > {path}) "
    "and give everybody new access keys."
)
_RULES = {
    "BINDERY_ACCOUNT_ID": (r"[0-9]{12}", "twelve digits"),
    "BINDERY_ROOT_EMAIL": (r"[!-~]{1,64}@[!-~]{1,190}", "an e-mail address"),
    "BINDERY_ROOT_PASSWORD": (r"[^\x00-\x1f\x7f]{8,128}", "8 to 128 characters"),
    "BINDERY_ROOT_ACCESS_KEY_ID": (r"AKIA[A-Z0-9]{12,124}", "AKIA and 12 or more capital letters and digits"),
    "BINDERY_ROOT_SECRET_ACCESS_KEY": (r"[!-~]{20,128}", "20 to 128 printable characters"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstStart:
    """What the first start needs, and what has to be shown once.

    Attributes:
        root_id: the root user's unique id.
        sealed_root_secret: the secret access key as the directory keeps it.
        invented: names of the variables whose value was invented here.
    """

    account_id: str
    root_email: str
    root_password: str = field(repr=False)
    root_access_key_id: str
    root_secret_access_key: str = field(repr=False)
    root_id: str
    sealed_root_secret: bytes = field(repr=False)
    invented: frozenset[str] = frozenset()


def bootstrap(data: Path, environ: Mapping[str, str], master_key_path: Path | None = None) -> FirstStart | None:
    """Prepares a data folder's secrets.

    Args:
        data: the data folder; made when it is missing.
        environ: `BINDERY_ACCOUNT_ID`, `BINDERY_ROOT_EMAIL`, `BINDERY_ROOT_PASSWORD`, `BINDERY_ROOT_ACCESS_KEY_ID`,
            `BINDERY_ROOT_SECRET_ACCESS_KEY`, each also as `NAME_FILE`, and `BINDERY_MASTER_KEY`.
        master_key_path: where the master key is kept; `master.key` in the data folder when not given.

    Returns:
        what the first start needs; None when the directory is there already.

    Raises:
        ValueError: a variable has a value that makes no sense; the message names it and never shows a secret. Or the
            master key of a directory that is there is gone: another one could not read what that one sealed.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    state = read_state(data)
    path = master_key_path or data / "master.key"
    keyring = _keyring(path, environ.get("BINDERY_MASTER_KEY") or None, may_make=state is None)
    return None if state else _first_start(data, environ, keyring)


def read_first_start(data: Path) -> dict[str, str]:
    """What was invented at the first start, by variable; empty once the operator has deleted the file."""
    try:
        text = (data / _FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    lines = (line.partition("=") for line in text.splitlines() if "=" in line and not line.startswith("#"))
    return {name: value for name, _, value in lines}


def read_unshown(data: Path) -> dict[str, str]:
    """What was invented and nobody has been shown yet, by variable: its start did not come that far."""
    try:
        is_unshown = _NOT_SHOWN in (data / _FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    return read_first_start(data) if is_unshown else {}


def note_shown(data: Path) -> None:
    """Takes down that somebody has been shown what was invented."""
    write_whole(data / _FILE, (_HEADER + _lines(read_first_start(data))).encode())


def _lines(invented: Mapping[str, str]) -> str:
    return "".join(f"{name}={value}\n" for name, value in sorted(invented.items()))


def _first_start(data: Path, environ: Mapping[str, str], keyring: Keyring) -> FirstStart:
    given = {name: value for name in _RULES if (value := _given(environ, name))}
    for name, value in given.items():
        rule, words = _RULES[name]
        if not re.fullmatch(rule, value):
            raise ValueError(f"{name} is not valid: {words} expected")
    if ("BINDERY_ROOT_ACCESS_KEY_ID" in given) != ("BINDERY_ROOT_SECRET_ACCESS_KEY" in given):
        raise ValueError("BINDERY_ROOT_ACCESS_KEY_ID and BINDERY_ROOT_SECRET_ACCESS_KEY go together")
    kept = read_first_start(data)
    account_id = given.get("BINDERY_ACCOUNT_ID") or kept.get("BINDERY_ACCOUNT_ID") or new_account_id()
    invented = {name: value for name, value in (_invent(account_id) | kept).items() if name not in given}
    if invented or kept:
        write_whole(data / _FILE, (_HEADER + _NOT_SHOWN + _lines(invented)).encode())
    values = invented | given
    root_id = new_unique_id(IdPrefix.USER)
    return FirstStart(
        account_id=account_id,
        root_email=values["BINDERY_ROOT_EMAIL"],
        root_password=values["BINDERY_ROOT_PASSWORD"],
        root_access_key_id=values["BINDERY_ROOT_ACCESS_KEY_ID"],
        root_secret_access_key=values["BINDERY_ROOT_SECRET_ACCESS_KEY"],
        root_id=root_id,
        sealed_root_secret=seal_secret_key(keyring, values["BINDERY_ROOT_SECRET_ACCESS_KEY"], root_id),
        invented=frozenset(invented),
    )


def _invent(account_id: str) -> dict[str, str]:
    return {
        "BINDERY_ACCOUNT_ID": account_id,
        "BINDERY_ROOT_EMAIL": f"root@{account_id}.invalid",
        "BINDERY_ROOT_PASSWORD": "".join(secrets.choice(_ALPHABET) for _ in range(_PASSWORD_LENGTH)),
        "BINDERY_ROOT_ACCESS_KEY_ID": new_unique_id(IdPrefix.ACCESS_KEY),
        "BINDERY_ROOT_SECRET_ACCESS_KEY": new_secret_access_key(),
    }


def _given(environ: Mapping[str, str], name: str) -> str | None:
    file = environ.get(f"{name}_FILE")
    return Path(file).read_text(encoding="utf-8").strip("\r\n") if file else environ.get(name)


def _keyring(path: Path, given: str | None, *, may_make: bool) -> Keyring:
    """The keys that seal: from the environment (then not written down), else from the file, made if need be."""
    if given is not None:
        return _read_keyring(given, "BINDERY_MASTER_KEY")
    if may_make and not path.exists():
        write_whole(path, f"{MasterKey.generate().to_text()}\n".encode())
    try:
        text = path.read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        raise ValueError(_KEY_IS_GONE.format(path=path)) from None
    except OSError as error:
        raise ValueError(f"the master key {path} can't be read: {error.strerror}") from error
    return _read_keyring(text, str(path))


def _read_keyring(text: str, where: str) -> Keyring:
    try:
        return Keyring.from_text(text)
    except SealingError as error:
        raise ValueError(f"{where} is not a master key: {error}") from error
