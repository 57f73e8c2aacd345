"""Policy text with wildcards and variables, taken apart once so that matching only has to walk it.

Source: IAM user guide, "IAM policy elements: Variables and tags".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

ContextValue = str | Sequence[str]
Context = Mapping[str, ContextValue]
"""Context keys in lower case with their values; a sequence is a multivalued key."""


class Wild(Enum):
    """A wildcard: any run of characters, or exactly one."""

    MANY = "*"
    ONE = "?"


@dataclass(frozen=True, slots=True)
class Variable:
    """A policy variable; `key` is its name in lower case."""

    name: str
    key: str
    default: str | None = None


Tokens = tuple[str | Wild, ...]
Template = tuple[str | Wild | Variable, ...]

_VARIABLE = re.compile(r"\$\{([^{},']*)(?:,\s*'([^']*)'\s*)?\}")
_WILDCARD = re.compile(r"[*?]")
_LITERALS = frozenset("*?$")


def parse_template(text: str, *, variables: bool, wildcards: bool) -> Template:
    """Takes policy text apart.

    Args:
        variables: `${…}` means something (not in documents of version 2008-10-17).
        wildcards: `*` and `?` mean something.
    """
    has_variables, has_wildcards = variables and "${" in text, wildcards and ("*" in text or "?" in text)
    if not (has_variables or has_wildcards):
        return (text,) if text else ()
    tokens: list[str | Wild | Variable] = []
    end = 0
    if has_variables:
        for found in _VARIABLE.finditer(text):
            tokens.extend(_wildcards(text[end : found.start()], has_wildcards))
            name, default = found.group(1).strip(), found.group(2)
            tokens.append(name if name in _LITERALS and default is None else Variable(name, name.lower(), default))
            end = found.end()
    tokens.extend(_wildcards(text[end:], has_wildcards))
    return _joined(tokens)


def parse_resource(text: str, *, variables: bool) -> Template:
    """Takes the text of a Resource element apart; variables count only after the fifth colon."""
    if not variables or "${" not in text:
        return parse_template(text, variables=False, wildcards=True)
    head, tail = split_arn_head(text)
    fixed = parse_template(head, variables=False, wildcards=True)
    return _joined([*fixed, *parse_template(tail, variables=variables, wildcards=True)])


def split_arn_head(text: str) -> tuple[str, str]:
    """The text up to and including the fifth colon, and what follows; without five colons all of it is head."""
    parts = text.split(":", 5)
    return (text, "") if len(parts) < 6 else (text[: len(text) - len(parts[5])], parts[5])


def parse_pattern(text: str) -> Tokens:
    """Takes text apart that may have wildcards, but no variables."""
    return without_variables(parse_template(text, variables=False, wildcards=True)) or ()


def without_variables(template: Template) -> Tokens | None:
    """The template, if it has no variables and means the same in every request."""
    tokens = tuple(token for token in template if not isinstance(token, Variable))
    return tokens if len(tokens) == len(template) else None


def resolve(template: Template, context: Context) -> Tokens | None:
    """Puts the request's values in the place of variables; they stand for themselves, wildcards in them are text.

    Returns None when a variable has no value (or several) and no default: such a template matches nothing.
    """
    tokens: list[str | Wild] = []
    for token in template:
        if isinstance(token, Variable):
            value = context.get(token.key, token.default)
            if not isinstance(value, str):
                return None
            tokens.append(value)
        else:
            tokens.append(token)
    return without_variables(_joined(tokens))


def variable_names(template: Template) -> Iterable[str]:
    """The names of the variables in a template, as they are written."""
    return (token.name for token in template if isinstance(token, Variable))


def _wildcards(text: str, wildcards: bool) -> Iterable[str | Wild]:
    if not wildcards:
        yield text
        return
    end = 0
    for found in _WILDCARD.finditer(text):
        yield text[end : found.start()]
        yield Wild(found.group())
        end = found.end()
    yield text[end:]


def _joined(tokens: Iterable[str | Wild | Variable]) -> Template:
    """Neighbouring texts become one, empty texts go, and a run of `*` is as good as one."""
    joined: list[str | Wild | Variable] = []
    for token in tokens:
        if token == "" or (token is Wild.MANY and joined and joined[-1] is Wild.MANY):
            continue
        if isinstance(token, str) and joined and isinstance(joined[-1], str):
            joined[-1] += token
        else:
            joined.append(token)
    return tuple(joined)
