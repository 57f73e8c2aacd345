"""Matching agrees with a naive reference, and no pattern can make it slow."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.policy.match import compile_arn, compile_resource, compile_text
from adapter.policy.templates import parse_template

patterns = st.text("ab:/*?", max_size=12)
texts = st.text("ab:/*?[", max_size=14)
arn_patterns = st.lists(st.text("ab*?", max_size=4), min_size=5, max_size=7).map(
    lambda parts: ":".join(["arn", *parts])
)
arns = st.lists(st.text("ab/", max_size=4), min_size=5, max_size=7).map(lambda parts: ":".join(["arn", *parts]))


def tokens(pattern):
    return parse_template(pattern, variables=False, wildcards=True)


def naive(pattern, text, confined=lambda _: False):
    """One character at a time, by the definition."""

    @cache
    def at(p, t):
        if p == len(pattern):
            return t == len(text)
        more = t < len(text)
        if pattern[p] == "*":
            return at(p + 1, t) or (more and not (confined(p) and text[t] == ":") and at(p, t + 1))
        if pattern[p] == "?":
            return more and not (confined(p) and text[t] == ":") and at(p + 1, t + 1)
        return more and pattern[p] == text[t] and at(p + 1, t + 1)

    return at(0, 0)


def in_arn_head(pattern):
    """Wildcards before the fifth colon, but for a `*` that ends its part."""

    def confined(place):
        if not pattern.startswith("arn:") or pattern[:place].count(":") >= 5:
            return False
        following = pattern[place + 1 :].lstrip("*")[:1]
        is_last = pattern[place] == "*" and following in ("", ":")
        return not is_last

    return confined


@given(patterns, texts)
def test_plain_matching_agrees_with_the_definition(pattern, text):
    assert compile_text(tokens(pattern))(text) is naive(pattern, text)


@given(arn_patterns, arns)
def test_matching_resources_agrees_with_the_definition(pattern, text):
    assert compile_resource(tokens(pattern))(text) is naive(pattern, text, in_arn_head(pattern))


@given(arn_patterns, arns)
def test_matching_arns_is_matching_their_parts(pattern, text):
    pattern_parts, parts = pattern.split(":", 5), text.split(":", 5)
    assert compile_arn(tokens(pattern))(text) is all(map(naive, pattern_parts, parts))


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_pattern_without_wildcards_is_mere_text(pattern, text):
    bare = pattern.replace("*", "").replace("?", "")
    assert compile_text(tokens(bare))(bare)
    assert compile_text(tokens(bare))(text) is (bare == text)


@pytest.mark.parametrize(
    "pattern", ["*a" * 5000 + "b", "a*" * 5000 + "b", "?a*" * 3000 + "b", "*" + "a?" * 4000 + "b", "*?" * 4000 + "b"]
)
def test_hostile_patterns_are_decided_at_once(pattern):
    assert not compile_text(tokens(pattern))("a" * 20_000)


@pytest.mark.parametrize("pattern", ["arn:a?", "arn:*a:*a:*a:*a:" + "*a" * 2000 + "b", "arn:" + "?*" * 3000])
def test_hostile_arn_patterns_are_decided_at_once(pattern):
    assert not compile_resource(tokens(pattern))("arn:" + ":a" * 10_000)


def test_a_pattern_of_very_many_characters_is_decided_at_once():
    many = "".join(map(chr, range(0x100, 0xD000)))
    assert compile_text(tokens(f"?*{many}?"))(f"ab{many}c")


def test_hostile_variables_are_taken_apart_at_once():
    for text in (
        "${" * 50_000,
        "${a, '" * 20_000,
        "${" + " " * 100_000,
        "${a," + " " * 100_000,
        "${a, 'b'" + " " * 100_000,
    ):
        assert parse_template(text, variables=True, wildcards=True) == (text,)
