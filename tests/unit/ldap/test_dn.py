"""Names are built, taken apart and compared."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from adapter.ldap import dn

VALUES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
HOSTILE = [
    "a,b",
    "a+b",
    'a"b',
    "a\\b",
    "a<b>",
    "a;b",
    "a=b",
    "#a",
    " a",
    "a ",
    " ",
    "  ",
    "a\0b",
    "*()",
    "ä",
    "a\nb",
    "\u3000",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_comes_back_from_a_name(value: str) -> None:
    assert dn.parse(dn.child("uid", value, "dc=org")) == ((("uid", value),), (("dc", "org"),))


@given(VALUES, VALUES)
def test_any_value_comes_back_from_a_name(first: str, second: str) -> None:
    assert dn.parse(dn.child("uid", first, dn.rdn("ou", second))) == ((("uid", first),), (("ou", second),))


@given(VALUES)
def test_normalising_twice_changes_nothing(value: str) -> None:
    once = dn.normalise(dn.child("uid", value, "dc=org"))
    assert dn.normalise(once) == once


@given(st.text(max_size=60))
def test_any_text_is_a_name_or_refused(text: str) -> None:
    try:
        steps = dn.parse(text)
    except ValueError:
        return
    assert all(attribute and value for step in steps for attribute, value in step)


@pytest.mark.parametrize(
    "spelling",
    [
        "uid=bob,ou=people,dc=org",
        "UID=Bob,OU=People,DC=Org",
        "uid=bob, ou=people , dc=org",
        "uid=\\62ob,ou=people,dc=org",
        "uid = bob;ou=people;dc=org",
    ],
)
def test_spellings_of_a_name_are_the_same(spelling: str) -> None:
    assert dn.same(spelling, "uid=bob,ou=people,dc=org")


@pytest.mark.parametrize(
    "other", ["uid=bobby,ou=people,dc=org", "uid=bob,dc=org", "", "nonsense", "uid=b ob,ou=people,dc=org"]
)
def test_other_names_are_not_the_same(other: str) -> None:
    assert not dn.same(other, "uid=bob,ou=people,dc=org")


def test_the_order_within_a_step_does_not_count() -> None:
    assert dn.same("cn=a+uid=b,dc=org", "uid=B+cn=A,dc=org")


def test_repeated_spaces_do_not_count() -> None:
    assert dn.same("cn=Bob  Smith,dc=org", "cn=bob smith,dc=org")


@pytest.mark.parametrize(
    "wrong",
    [
        "uid",
        "=bob",
        "uid=",
        "uid=bob,",
        "uid=bob,,dc=org",
        "uid=a\\",
        "uid=a\\z",
        'uid="bob"',
        "uid=a<b",
        "1x=a",
        "u d=a",
        "uid=\\ff",
    ],
)
def test_what_is_no_name_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        dn.parse(wrong)


def test_a_huge_text_is_refused_at_once() -> None:
    assert not dn.is_below("uid=" + "a" * 10_000_000 + ",dc=org", "dc=org")


@pytest.mark.parametrize(
    "below", ["uid=bob,ou=people,dc=org", "UID=bob, OU=PEOPLE,dc=org", "cn=x,uid=bob,ou=people,dc=org"]
)
def test_a_name_lies_below_its_base(below: str) -> None:
    assert dn.is_below(below, "ou=people,dc=org")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "ou=people,dc=org",
        "uid=bob,ou=groups,dc=org",
        "uid=bob\\,ou=people\\,dc=org",
        "uid=bob,xou=people,dc=org",
        "dc=org",
        "",
        "junk",
    ],
)
def test_what_lies_elsewhere_is_not_below(elsewhere: str) -> None:
    assert not dn.is_below(elsewhere, "ou=people,dc=org")


@given(VALUES)
def test_no_value_escapes_from_below_its_base(value: str) -> None:
    assert dn.is_below(dn.child("uid", value, "ou=people,dc=org"), "ou=people,dc=org")


@given(VALUES)
def test_the_parent_of_a_child_is_what_it_was_made_below(value: str) -> None:
    assert dn.parent(dn.child("uid", value, "ou=people, dc=org")) == "ou=people, dc=org"


def test_a_multi_valued_step_has_one_parent() -> None:
    assert dn.parent("cn=a+uid=b,dc=org") == "dc=org"


def test_a_name_of_one_step_has_no_parent() -> None:
    with pytest.raises(ValueError, match="one step"):
        dn.parent("dc=org")


@pytest.mark.parametrize("value", ["", "\udc80"])
def test_what_no_directory_can_hold_is_no_value(value: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        dn.rdn("uid", value)


def test_the_naming_value_is_found_whatever_the_case() -> None:
    assert dn.naming_value("UID=Bob\\, Jr,dc=org", "uid") == "Bob, Jr"
    assert dn.naming_value("cn=Bob,dc=org", "uid") is None


_VALUES = st.text(alphabet='ab ,+=\\"<>;#é王Ａ', min_size=1, max_size=6)
_NAMES = st.lists(st.builds(dn.rdn, st.sampled_from(["ou", "cn", "uid"]), _VALUES), min_size=1, max_size=4).map(
    ",".join
)


@given(_NAMES, _NAMES)
def test_a_name_lies_below_another_exactly_when_its_last_steps_are_that(name: str, base: str) -> None:
    assume(all(step and all(value.strip() for _, value in step) for step in (*dn.parse(name), *dn.parse(base))))
    steps, base_steps = dn.parse(dn.normalise(name)), dn.parse(dn.normalise(base))
    is_below = len(steps) > len(base_steps) and steps[-len(base_steps) :] == base_steps
    assert dn.is_below(name, base) == is_below
    found = dn.naming_value(name, "uid") if is_below else None
    assert dn.name_below(name, "uid", dn.normalise(base)) == found


def test_spellings_of_a_name_compare_as_one() -> None:
    assert dn.comparable("UID=Bob , ou=People,dc=x") == dn.comparable("uid=bob,ou=people,DC=X")


def test_a_text_that_is_no_name_compares_by_itself() -> None:
    assert dn.comparable("Bob") == dn.comparable("bob") != dn.comparable("job")
