"""Matching text against `*` and `?` in time that grows linearly with the text: no regular expressions, no backtracking.

Patterns that have no `?` are searched segment by segment (the leftmost place is always good enough); the others run as
an automaton whose set of states is one integer, so that a character costs one shift however long the pattern is.

Source: IAM user guide, "IAM JSON policy elements: Resource" (a `*` at the end of an ARN's segment may run over the
colon, elsewhere in the first five segments wildcards stay inside) and "… Condition operators" (ARN operators).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from adapter.policy.templates import Tokens, Wild

Matcher = Callable[[str], bool]

_ARN_PARTS = 6


@lru_cache(maxsize=8192)
def compile_text(tokens: Tokens) -> Matcher:
    """A matcher in which `*` and `?` stand for any characters."""
    if all(isinstance(token, str) for token in tokens):
        return "".join(str(token) for token in tokens).__eq__
    if tokens == (Wild.MANY,):
        return _anything
    if Wild.ONE in tokens:
        return _automaton(tokens, [False] * len(tokens))
    if len(tokens) == 2 and tokens[1] is Wild.MANY:
        return _starts_with(str(tokens[0]))
    return _segments(tokens)


@lru_cache(maxsize=8192)
def compile_resource(tokens: Tokens) -> Matcher:
    """A matcher for an ARN in a Resource element."""
    confined = _confined(tokens)
    return _automaton(tokens, confined) if any(confined) else compile_text(tokens)


@lru_cache(maxsize=8192)
def compile_arn(tokens: Tokens) -> Matcher:
    """A matcher for the ARN operators: each of the six parts is compared on its own."""
    parts = _split_at_colons(tokens)
    if len(parts) != _ARN_PARTS:
        return _nothing
    matchers = [compile_text(part) for part in parts]

    def matches(value: str) -> bool:
        values = value.split(":", _ARN_PARTS - 1)
        return (
            len(values) == _ARN_PARTS
            and values[0] == "arn"
            and all(matcher(part) for matcher, part in zip(matchers, values, strict=True))
        )

    return matches


def any_of(matchers: Sequence[Matcher]) -> Matcher:
    """A matcher for what any of the given ones matches."""
    if len(matchers) == 1:
        return matchers[0]
    if not matchers:
        return _nothing
    return lambda value: any(matcher(value) for matcher in matchers)


def _anything(_value: str) -> bool:
    return True


def _nothing(_value: str) -> bool:
    return False


def _starts_with(head: str) -> Matcher:
    return lambda value: value.startswith(head)


def _segments(tokens: Tokens) -> Matcher:
    """For texts and `*` only: what stands before the first and after the last `*` is anchored."""
    head = str(tokens[0]) if isinstance(tokens[0], str) else ""
    tail = str(tokens[-1]) if isinstance(tokens[-1], str) else ""
    middle = [str(token) for token in tokens[bool(head) : len(tokens) - bool(tail)] if isinstance(token, str)]
    shortest = len(head) + len(tail)

    def matches(value: str) -> bool:
        if len(value) < shortest or not value.startswith(head) or not value.endswith(tail):
            return False
        at, end = len(head), len(value) - len(tail)
        for segment in middle:
            at = value.find(segment, at, end)
            if at < 0:
                return False
            at += len(segment)
        return True

    return matches


def _automaton(tokens: Tokens, confined: Sequence[bool]) -> Matcher:
    """For every pattern; bit N of the state is set while the first N characters of the pattern are matched.

    Args:
        confined: for each token, whether it is a wildcard that may not stand for a colon.
    """
    accepts: dict[str, int] = {}
    one = one_confined = many = many_confined = 0
    bit = 1
    for token, is_confined in zip(tokens, confined, strict=True):
        if token is Wild.MANY:
            many, many_confined = (many, many_confined | bit) if is_confined else (many | bit, many_confined)
        elif token is Wild.ONE:
            one, one_confined = (one, one_confined | bit) if is_confined else (one | bit, one_confined)
            bit <<= 1
        else:
            for character in str(token):
                accepts[character] = accepts.get(character, 0) | bit
                bit <<= 1
    final = bit
    head = str(tokens[0]) if isinstance(tokens[0], str) else ""

    def matches(value: str) -> bool:
        if not value.startswith(head):
            return False
        states = 1 << len(head)
        for character in value[len(head) :]:
            step, stay = one, many
            if character != ":":
                step, stay = step | one_confined, stay | many_confined
            states = ((states & (accepts.get(character, 0) | step)) << 1) | (states & stay)
            if not states:
                return False
        return bool(states & final)

    return matches


def _confined(tokens: Tokens) -> list[bool]:
    """Which wildcards must not run over a colon: those in an ARN's first five parts, but for a `*` that ends a part."""
    confined = [False] * len(tokens)
    if not tokens or not str(tokens[0]).startswith("arn:"):
        return confined
    colons = 0
    for index, token in enumerate(tokens):
        if isinstance(token, str):
            colons += token.count(":")
        elif colons < _ARN_PARTS - 1:
            following = tokens[index + 1] if index + 1 < len(tokens) else ":"
            ends_part = isinstance(following, str) and following.startswith(":")
            confined[index] = token is Wild.ONE or not ends_part
    return confined


def _split_at_colons(tokens: Tokens) -> list[Tokens]:
    """The pattern's parts; the sixth keeps its colons."""
    parts: list[list[str | Wild]] = [[]]
    for token in tokens:
        if isinstance(token, Wild):
            parts[-1].append(token)
            continue
        first, *more = token.split(":", _ARN_PARTS - len(parts))
        parts[-1].append(first)
        parts.extend([piece] for piece in more)
    return [tuple(piece for piece in part if piece != "") for part in parts]
