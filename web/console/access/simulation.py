"""What the policy simulator is asked and what it answers, between its page and the door."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask_babel import gettext, lazy_gettext

from adapter import IamError
from adapter.errors import AccessDenied
from web import current
from web.console.access.excerpts import Line, excerpt, index_at
from web.console.components import Result, do, listed
from web.console.policies.words import way_words

_MOST_FORMS = 2
MOST_ACTIONS = 300
"""So many are simulated at once; a page with more would be too long to read."""
KINDS = {"user": lazy_gettext("User"), "group": lazy_gettext("Group"), "role": lazy_gettext("Role")}
TYPES = ("string", "boolean", "ip", "numeric", "date", "stringList", "ipList")
_GUESSES = (
    (re.compile(r"aws:(MultiFactorAuthPresent|SecureTransport|ViaAWSService)$", re.IGNORECASE), "boolean", "true"),
    (re.compile(r"aws:SourceIp$", re.IGNORECASE), "ip", "192.0.2.1"),
    (re.compile(r"aws:(CurrentTime|TokenIssueTime)$", re.IGNORECASE), "date", ""),
    (re.compile(r"aws:(MultiFactorAuthAge|EpochTime)$", re.IGNORECASE), "numeric", ""),
    (re.compile(r"aws:RequestedRegion$", re.IGNORECASE), "string", "us-east-1"),
    (re.compile(r"aws:TagKeys$", re.IGNORECASE), "stringList", ""),
)
_TYPES = {
    "Bool": "boolean",
    "Numeric": "numeric",
    "Date": "date",
    "IPAddress": "ip",
    "ArrayOfString": "stringList",
    "ArrayOfARN": "stringList",
}
"""How the simulator calls the types of condition keys; the others are texts to it."""
_SINGLE = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Key:
    """A context key of the simulated request; without values it is not given."""

    name: str
    type: str = "string"
    values: str = ""
    example: str = ""

    @property
    def entry(self) -> dict[str, Any]:
        """As the operation takes it."""
        given = [value.strip() for value in self.values.split(",") if value.strip()]
        return {"context_key_name": self.name, "context_key_type": self.type, "context_key_values": given}


@dataclass(frozen=True, slots=True)
class Matched:
    """A statement that decided, with the lines that it stands in, as far as the reader may read its policy."""

    policy: str
    kind: str
    via: str
    arn: str | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was decided about one action on one resource."""

    action: str
    resource: str
    decision: str
    matched: tuple[Matched, ...]
    reasons: tuple[str, ...]

    @property
    def is_allowed(self) -> bool:
        """Whether the request would go ahead."""
        return self.decision == "allowed"


def expanded(patterns: Sequence[str], services: Sequence[str]) -> tuple[list[str], list[str]]:
    """Single actions for what was entered, and what no action is known for.

    Args:
        patterns: actions, or patterns of known services' actions.
        services: prefixes of services all of whose actions are meant.
    """
    found: dict[str, None] = {}
    unknown = []
    for pattern in (*patterns, *(f"{service}:*" for service in services)):
        prefix, _, name = pattern.partition(":")
        known = current.services().actions(prefix.lower()) if name else ()
        if _SINGLE.fullmatch(pattern):
            found[pattern] = None
            is_known = name.lower() in {action.lower() for action in known}
            unknown += [pattern] if current.services().is_registered(prefix) and not is_known else []
            continue
        test = re.compile(re.escape(name).replace(r"\*", ".*").replace(r"\?", "."), re.IGNORECASE)
        matching = [f"{prefix.lower()}:{action}" for action in known if test.fullmatch(action)]
        found |= dict.fromkeys(matching)
        unknown += [] if matching else [pattern]
    return list(found), unknown


def suggested_keys(arn: str, given: Sequence[Key], user_name: str | None, *, fill: bool) -> list[Key]:
    """The keys that the principal's policies ask for, with a guess at their type, then those that were given.

    Args:
        user_name: the principal's, where it is a user.
        fill: whether to fill in what is known, before anybody has looked at the keys.
    """
    try:
        names = do("get_context_keys_for_principal_policy", policy_source_arn=arn)["context_key_names"]
    except IamError:
        names = []
    has = {key.name.lower() for key in given}
    user_name = user_name if fill else None
    return [*(_guess(name, user_name) for name in sorted(names, key=str.lower) if name.lower() not in has), *given]


def _guess(name: str, user_name: str | None) -> Key:
    if name.lower() == "aws:username" and user_name:
        return Key(name, "string", user_name)
    for pattern, kind, example in _GUESSES:
        if pattern.match(name):
            return Key(name, kind, "", example)
    told = current.services().condition_keys(name.partition(":")[0].lower())
    types = {key.lower(): type_ for key, type_ in told.items()}
    return Key(name, _TYPES.get(types.get(name.lower(), ""), "string"))


def simulate(arn: str, actions: Sequence[str], resources: Sequence[str], keys: Sequence[Key]) -> list[Outcome]:
    """Asks the simulator about each action on each resource.

    Raises:
        IamError: it was refused, or something that was entered makes no sense.
    """
    entries = [key.entry for key in keys if key.values.strip()]
    given: dict[str, Any] = {"resource_arns": list(resources)} if resources else {}
    results: list[Result] = []
    marker = None
    while True:
        answer = do(
            "simulate_principal_policy",
            policy_source_arn=arn,
            action_names=list(actions),
            context_entries=entries,
            max_items=1000,
            marker=marker,
            **given,
        )
        results += answer["evaluation_results"]
        marker = answer.get("marker")
        if not marker:
            break
    documents = _documents(arn)
    return [outcome for result in results for outcome in _outcomes(result, documents)]


Documents = Mapping[str, Result]
"""By the simulator's name for a policy: the policy with its document."""


def _documents(arn: str) -> Documents:
    """The documents of what reaches the principal; none for a reader who may not read all of them."""
    try:
        found = do("describe_reach", policy_source_arn=arn)
    except AccessDenied:
        return {}
    documents: dict[str, Result] = {}
    for each in found["policies"]:
        same = documents.setdefault(_source_id(each), each | {"ways": []})
        same["ways"].append("" if each["via"] == "directly" else way_words(each["via"]))
    boundary = found["boundary"]
    if boundary:
        documents[f"boundary {boundary['policy_name']}"] = boundary | {"kind": "boundary", "ways": []}
    return documents


def _source_id(policy: Result) -> str:
    if policy["policy_arn"]:
        return str(policy["policy_name"])
    return f"{policy['holder_kind']}_{policy['holder_name']}_{policy['policy_name']}"


def _outcomes(result: Result, documents: Documents) -> list[Outcome]:
    specific = result.get("resource_specific_results")
    if not specific:
        return [_outcome(result["eval_action_name"], result["eval_resource_name"], result, documents)]
    return [
        _outcome(
            result["eval_action_name"], one["eval_resource_name"],
            one | {"eval_decision": one["eval_resource_decision"]}, documents,
        )
        for one in specific
    ]  # fmt: skip


def _outcome(action: str, resource: str, result: Result, documents: Documents) -> Outcome:
    decision = result["eval_decision"]
    allows = decision != "explicitDeny"
    matched = dict.fromkeys(_matched(each, documents, allows=allows) for each in result["matched_statements"])
    return Outcome(action, resource, decision, tuple(matched), tuple(_reasons(decision, result)))


def _reasons(decision: str, result: Result) -> list[str]:
    """Why it is not allowed, where no statement denies it."""
    if decision != "implicitDeny":
        return []
    boundary = result.get("permissions_boundary_decision_detail", {}).get("allowed_by_permissions_boundary")
    if boundary is False:
        reasons = [gettext("The permissions boundary does not allow it.")]
    else:
        reasons = [gettext("No statement allows it.")]
    if result.get("missing_context_values"):
        keys = listed(result["missing_context_values"])
        reasons.append(gettext("Statements ask for what was not given: %(keys)s.", keys=keys))
    return reasons


def _matched(statement: Result, documents: Documents, *, allows: bool) -> Matched:
    name = statement["source_policy_id"]
    is_boundary = statement["source_policy_type"] == "Permissions Boundary Policy"
    found = documents.get(f"boundary {name}" if is_boundary else name)
    if found is None:
        return Matched(name, "boundary" if is_boundary else "", "", None, ())
    end = statement["end_position"]
    index = index_at(found["document"], end["line"], end["column"])
    lines = excerpt(found["document"], index, allows=allows) if index is not None else ()
    via = listed(way for way in found["ways"] if way)
    return Matched(found["policy_name"], found["kind"], via, found["policy_arn"], lines)


def resource_forms(actions: Sequence[str]) -> tuple[str, ...]:
    """What ARNs of the resources of the actions' services look like; a few of them."""
    prefixes = dict.fromkeys(action.partition(":")[0].lower() for action in actions)
    arns = (arn for prefix in prefixes for arn in current.services().arns(prefix))
    return tuple(islice(arns, _MOST_FORMS))


def service_choices() -> list[tuple[str, str]]:
    """Services that are known, for choosing one."""
    return current.services().titles()
