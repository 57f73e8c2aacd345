"""The rows of the credential report: one for the root user, and one for each user.

The bytes are AWS's own: 22 columns, `true` and `false`, times as `2026-11-20T07:15:00+00:00`, a line feed between lines
and none at the end. A name may begin with `+`, `-`, `=` or `@`, which a spreadsheet takes for a formula; whoever opens
the report in one has to import such columns as text, because an altered name would be another user's.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from adapter.ldap import ACCESS_KEY, MFA_DEVICE, ROOT, SIGNING_CERTIFICATE, USER, Store, Where
from adapter.models import Account, KeyStatus
from adapter.names import root_arn

Values = Mapping[str, Any]

_ROOT: Final = "<root_account>"
_NONE: Final = "N/A"
_UNKNOWN: Final = "no_information"
_UNSUPPORTED: Final = "not_supported"
_EACH: Final = 2
"""So many keys and certificates of a user are in the report; the quotas allow no more."""
_KEY_COLUMNS: Final = ("active", "last_rotated", "last_used_date", "last_used_region", "last_used_service")
_CERTIFICATE_COLUMNS: Final = ("active", "last_rotated")
HEADER: Final = (
    "user", "arn", "user_creation_time",
    "password_enabled", "password_last_used", "password_last_changed", "password_next_rotation",
    "mfa_active",
    *(f"access_key_{number}_{column}" for number in (1, 2) for column in _KEY_COLUMNS),
    *(f"cert_{number}_{column}" for number in (1, 2) for column in _CERTIFICATE_COLUMNS),
)  # fmt: skip
_OWNED: Final = ("owner_id", "status", "create_date")
_USER_FIELDS: Final = (
    "user_name", "user_id", "path", "create_date", "entry_uuid", "password_changed", "password_last_used",
)  # fmt: skip


def credential_report_text(store: Store, account: Account) -> str:
    """The whole report, read in a few walks over the directory."""
    credentials = _Credentials.read(store, account)
    with_password = set(store.survey(USER, account, (), lambda values: values["dn"], Where.present("password")))
    max_age = timedelta(days=store.password_policy(account).max_password_age)

    def row(values: Values) -> tuple[str, str]:
        password = _password(values, max_age) if values["dn"] in with_password else ("false", _NONE, _NONE, _NONE)
        name = values["user_name"]
        return name, _line(name, values["arn"], values["create_date"], password, credentials.of(values["user_id"]))

    rows = sorted(store.survey(USER, account, _USER_FIELDS, row), key=lambda each: (each[0].casefold(), each[0]))
    return "\n".join([_joined(HEADER), *_root_line(store, account, credentials), *(line for _, line in rows)])


def _root_line(store: Store, account: Account, credentials: _Credentials) -> Iterable[str]:
    found = store.root(account)
    root = store.load(ROOT, account, found.dn) if found else None
    if root is None:
        return
    password = ("false", _NONE, _NONE, _UNSUPPORTED)
    if root.password_changed is not None:
        used = _time(root.password_last_used) if root.password_last_used else _UNKNOWN
        password = ("true", used, _time(root.password_changed), _UNSUPPORTED)
    yield _line(_ROOT, root_arn(account.account_id), root.create_date, password, credentials.of(root.unique_id))


def _password(values: Values, max_age: timedelta) -> tuple[str, str, str, str]:
    """The columns of a user who has a password; one that was loaded from LDIF counts from the entry's creation."""
    changed = values.get("password_changed") or values["create_date"]
    used = values.get("password_last_used")
    return "true", _time(used) if used else _UNKNOWN, _time(changed), _time(changed + max_age) if max_age else _NONE


def _line(name: str, arn: str, created: datetime, password: Iterable[str], others: Iterable[str]) -> str:
    return _joined((name, arn, _time(created), *password, *others))


def _joined(columns: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(columns)
    return line.getvalue()


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()


@dataclass(frozen=True, slots=True)
class _Credentials:
    """All credentials by the unique id of their owner."""

    keys: Mapping[str, list[Values]]
    certificates: Mapping[str, list[Values]]
    with_device: frozenset[str]

    @classmethod
    def read(cls, store: Store, account: Account) -> _Credentials:
        used = ("last_used_at", "last_used_region", "last_used_service")
        keys = store.survey(ACCESS_KEY, account, ("access_key_id", *_OWNED, *used), dict)
        certificates = store.survey(SIGNING_CERTIFICATE, account, ("certificate_id", *_OWNED), dict)
        enabled = store.survey(
            MFA_DEVICE, account, ("owner_id",), lambda values: values["owner_id"], Where.present("owner_id")
        )
        return cls(_by_owner(keys, "access_key_id"), _by_owner(certificates, "certificate_id"), frozenset(enabled))

    def of(self, owner_id: str) -> list[str]:
        """The columns of one user's devices, keys and certificates."""
        columns = [_truth(owner_id in self.with_device)]
        keys, certificates = self.keys.get(owner_id, ()), self.certificates.get(owner_id, ())
        for place in range(_EACH):
            columns += _key_columns(keys[place]) if place < len(keys) else ["false", *[_NONE] * 4]
        for place in range(_EACH):
            columns += _activity(certificates[place]) if place < len(certificates) else ["false", _NONE]
        return columns


def _by_owner(records: Iterable[Values], id_field: str) -> Mapping[str, list[Values]]:
    found: dict[str, list[Values]] = {}
    for record in sorted(records, key=lambda record: str(record[id_field])):
        found.setdefault(record["owner_id"], []).append(record)
    return found


def _activity(record: Values) -> list[str]:
    return [_truth(record["status"] is KeyStatus.ACTIVE), _time(record["create_date"])]


def _key_columns(key: Values) -> list[str]:
    used = key.get("last_used_at")
    if used is None:
        return [*_activity(key), _NONE, _NONE, _NONE]
    region, service = key.get("last_used_region") or _NONE, key.get("last_used_service") or _NONE
    return [*_activity(key), _time(used), region, service]


def _truth(value: bool) -> str:
    return "true" if value else "false"
