"""Codes of MFA devices: each is good once, whoever tries and however many at once, and guessing is limited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapter import Settings
from adapter.crypto.sealing import Keyring
from adapter.ldap import USER, Store
from adapter.models import Account
from adapter.operations.mfa_codes import verify_code
from adapter.operations.owners import Owner
from tests.directory.authenticator import App, enrolled
from tests.directory.conftest import Do
from tests.racing import racers

RACERS = 16


@dataclass(frozen=True)
class Door:
    """What checks codes, in one process."""

    store: Store
    keyring: Keyring
    account: Account

    @classmethod
    def open(cls, settings: Settings) -> Door:
        store = Store.open(settings)
        (account,) = store.accounts()
        return cls(store, Keyring.from_text(settings.master_key_path.read_text()), account)

    def owner(self, name: str) -> Owner:
        found = self.store.get(USER, self.account, name)
        assert found is not None
        return found

    def accepts(self, owner: Owner, code: str, now: datetime, serial: str | None = None) -> bool:
        given = verify_code(self.store, self.keyring, self.account, owner, code, now=now, serial_number=serial)
        assert given in {None, now}
        return given is not None


@pytest.fixture
def door(directory: Any) -> Iterator[Door]:
    opened = Door.open(directory.settings)
    yield opened
    opened.store.close()


@pytest.fixture
def app(do: Do) -> App:
    do("create_user", user_name="bob")
    return enrolled(do, "bob")


@pytest.fixture
def now() -> datetime:
    """A time at which the codes of the enrolment are long over."""
    return datetime.now(UTC) + timedelta(minutes=10)


Accepts = Callable[..., bool]


@pytest.fixture
def accepts(door: Door, app: App) -> Accepts:
    """Whether a code of bob's is accepted."""
    bob = door.owner("bob")
    return lambda code, now, serial=None: door.accepts(bob, code, now, serial)


def wrong(app: App, now: datetime) -> str:
    """A code that is none of those that count."""
    good = {app.code(now, ahead=ahead) for ahead in (-1, 0, 1)}
    return next(code for number in range(4) if (code := f"{number:06}") not in good)


def test_the_code_of_now_is_accepted(app: App, accepts: Accepts, now: datetime) -> None:
    assert accepts(app.code(now), now)


def test_a_code_is_good_once(app: App, accepts: Accepts, now: datetime) -> None:
    assert accepts(app.code(now), now)
    assert not accepts(app.code(now), now)


def test_a_code_from_before_the_last_one_is_over(app: App, accepts: Accepts, now: datetime) -> None:
    assert accepts(app.code(now), now)
    assert not accepts(app.code(now, ahead=-1), now)
    assert accepts(app.code(now, ahead=1), now)


@pytest.mark.parametrize("ahead", [-2, 2])
def test_a_code_of_another_time_is_not_accepted(app: App, accepts: Accepts, now: datetime, ahead: int) -> None:
    assert not accepts(app.code(now, ahead=ahead), now)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "\uff11\uff12\uff13\uff14\uff15\uff16", "\x00" * 6])
def test_what_is_no_code_is_not_accepted(accepts: Accepts, now: datetime, code: str) -> None:
    assert not accepts(code, now)


def test_any_device_will_do_unless_one_is_named(do: Do, app: App, accepts: Accepts, now: datetime) -> None:
    other = enrolled(do, "bob", "tablet")
    assert not accepts(app.code(now), now, other.serial)
    assert accepts(app.code(now), now, app.serial.upper().replace("ARN:AWS:IAM", "arn:aws:iam"))
    assert accepts(other.code(now), now)


def test_the_root_user_s_codes_count_for_the_root_user_alone(do: Do, door: Door, app: App, now: datetime) -> None:
    own = enrolled(do, "root", "safe")
    root = door.store.root(door.account)
    assert root is not None
    assert not door.accepts(root, app.code(now), now)
    assert not door.accepts(door.owner("bob"), own.code(now), now)
    assert door.accepts(root, own.code(now), now)


def test_a_device_that_was_taken_away_is_good_for_nothing(do: Do, app: App, accepts: Accepts, now: datetime) -> None:
    do("deactivate_mfa_device", user_name="bob", serial_number=app.serial)
    assert not accepts(app.code(now), now)


def test_a_device_dies_with_a_user_whom_an_ldap_tool_deletes(
    directory: Any, app: App, accepts: Accepts, now: datetime
) -> None:
    directory.ldap("ldapdelete", "uid=bob,ou=people,dc=example,dc=org")
    assert not accepts(app.code(now), now)


def test_a_user_made_again_by_an_ldap_tool_does_not_revive_it(
    directory: Any, app: App, door: Door, now: datetime
) -> None:
    before = door.owner("bob")
    directory.ldap("ldapdelete", before.dn)
    directory.ldap("ldapadd", stdin=f"dn: {before.dn}\nobjectClass: inetOrgPerson\nuid: bob\ncn: b\nsn: b\n")
    assert not door.accepts(before, app.code(now), now)
    assert not door.accepts(door.owner("bob"), app.code(now), now)


def test_a_seed_that_was_moved_to_another_owner_opens_nothing(
    do: Do, directory: Any, app: App, door: Door, now: datetime
) -> None:
    do("create_user", user_name="eve")
    eve = door.owner("eve")
    moved = f"iamOwnerId\niamOwnerId: {eve.user_id}\n-\nreplace: iamOwner\niamOwner: {eve.dn}\n"
    place = f"iamSerialNumber={app.serial},ou=devices,ou=iam,dc=example,dc=org"
    directory.ldap("ldapmodify", stdin=f"dn: {place}\nchangetype: modify\nreplace: {moved}")
    assert not door.accepts(eve, app.code(now), now)


def test_a_clock_s_error_is_allowed_for_once_it_is_known(do: Do, app: App, accepts: Accepts, now: datetime) -> None:
    assert not accepts(app.code(now, ahead=40), now)
    do("resync_mfa_device", user_name="bob", serial_number=app.serial, **app.pair(ahead=40))
    assert accepts(app.code(now, ahead=40), now)
    assert not accepts(app.code(now, ahead=2), now)


def test_after_five_wrong_codes_a_right_one_is_refused_for_five_minutes(
    app: App, accepts: Accepts, now: datetime
) -> None:
    for second in range(5):
        moment = now + timedelta(seconds=second)
        assert not accepts(wrong(app, moment), moment)
    soon, later = now + timedelta(minutes=4), now + timedelta(minutes=5, seconds=1)
    assert not accepts(app.code(soon), soon)
    assert accepts(app.code(later), later)


@pytest.mark.parametrize("limit", [(20, 90, 3600), (50, 400, 86_400)])
def test_longer_limits_hold_for_those_who_guess_slowly(
    app: App, accepts: Accepts, now: datetime, limit: tuple[int, int, int]
) -> None:
    most, gap, pause = limit
    moments = [now + timedelta(seconds=gap * number) for number in range(most)]
    for moment in moments:
        assert not accepts(wrong(app, moment), moment)
    soon, later = moments[-1] + timedelta(seconds=301), moments[0] + timedelta(seconds=pause + 1)
    assert not accepts(app.code(soon), soon)
    assert accepts(app.code(later), later)


def test_wrong_codes_at_the_same_moment_are_counted_one_by_one(app: App, accepts: Accepts, now: datetime) -> None:
    for _ in range(5):
        assert not accepts(wrong(app, now), now)
    assert not accepts(app.code(now), now)


def test_failures_of_more_than_a_day_ago_are_forgotten(app: App, accepts: Accepts, door: Door, now: datetime) -> None:
    assert not accepts(wrong(app, now), now)
    tomorrow = now + timedelta(days=2)
    assert not accepts(wrong(app, tomorrow), tomorrow)
    assert door.owner("bob").code_failures == (tomorrow,)


def test_wrong_codes_do_not_touch_other_owners(do: Do, app: App, accepts: Accepts, door: Door, now: datetime) -> None:
    do("create_user", user_name="alice")
    other = enrolled(do, "alice", "alice")
    for _ in range(5):
        assert not accepts(wrong(app, now), now)
    assert door.accepts(door.owner("alice"), other.code(now), now)


def attempt(settings: Settings, name: str, code: str, now: datetime) -> bool:
    """Tries a code in a process of its own."""
    door = Door.open(settings)
    try:
        return door.accepts(door.owner(name), code, now)
    finally:
        door.store.close()


def race(directory: Any, codes: list[str], now: datetime) -> Counter[bool]:
    count = len(codes)
    with racers(count) as pool:
        return Counter(pool.map(attempt, [directory.settings] * count, ["bob"] * count, codes, [now] * count))


def test_of_sixteen_processes_with_one_code_exactly_one_gets_in(directory: Any, app: App, now: datetime) -> None:
    for number in range(3):
        moment = now + timedelta(minutes=6 * number)
        assert race(directory, [app.code(moment)] * RACERS, moment)[True] == 1


def test_sixteen_processes_together_get_no_more_guesses_than_one(
    directory: Any, app: App, door: Door, now: datetime
) -> None:
    assert race(directory, [wrong(app, now)] * RACERS, now) == {False: RACERS}
    assert len(door.owner("bob").code_failures) == 5
