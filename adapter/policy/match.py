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
_LONGEST_REMEMBERED = 256


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


def compile_resource(tokens: Tokens) -> Matcher:
    """A matcher for an ARN in a Resource element."""
    confined = _confined(tokens)
    return _automaton(tokens, confined) if any(confined) else compile_text(tokens)


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


def remembered(compile_tokens: Callable[[Tokens], Matcher]) -> Callable[[Tokens], Matcher]:
    """Remembers matchers of patterns that were made with a request's values; of short ones, to bound the memory."""
    short = lru_cache(maxsize=1024)(compile_tokens)

    def compiled(tokens: Tokens) -> Matcher:
        is_short = sum(len(token) for token in tokens if isinstance(token, str)) <= _LONGEST_REMEMBERED
        return short(tokens) if is_short and len(tokens) <= _LONGEST_REMEMBERED else compile_tokens(tokens)

    return compiled


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
    places: dict[str, list[int]] = {}
    wild = {(kind, is_confined): 0 for kind in Wild for is_confined in (False, True)}
    length = 0
    for token, is_confined in zip(tokens, confined, strict=True):
        if isinstance(token, Wild):
            wild[token, is_confined] |= 1 << length
            length += token is Wild.ONE
        else:
            for character in token:
                places.setdefault(character, []).append(length)
                length += 1
    head = tokens[0] if isinstance(tokens[0], str) else ""
    anywhere = wild[Wild.ONE, False], wild[Wild.MANY, False]
    beside_colons = anywhere[0] | wild[Wild.ONE, True], anywhere[1] | wild[Wild.MANY, True]

    def matches(value: str) -> bool:
        if not value.startswith(head):
            return False
        # Which bits a character advances is worked out for the characters of this text alone: a pattern of many
        # different characters would need a long integer for each of them.
        advances: dict[str, int] = {}
        states = 1 << len(head)
        for character in value[len(head) :]:
            step, stay = anywhere if character == ":" else beside_colons
            if character not in advances:
                advances[character] = _bits(places.get(character, ()), length)
            states = ((states & (advances[character] | step)) << 1) | (states & stay)
            if not states:
                return False
        return bool(states >> length)

    return matches


def _bits(places: Sequence[int], length: int) -> int:
    found = bytearray(length // 8 + 1)
    for place in places:
        found[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(found, "little")


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
