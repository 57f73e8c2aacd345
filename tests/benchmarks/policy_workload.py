"""The same question for several engines: one user, many statements, only the last of which matches.

Every request has a context of its own, so that an engine that remembers whole decisions would gain nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

import cedarpy
import vakt
import vakt.rules
from moto.iam.access_control import IAMPolicy, PermissionResult

from adapter.policy import Policies, Request, compile_policy, evaluate, parse_document

ACCOUNT = "123456789012"
USER = f"arn:aws:iam::{ACCOUNT}:user/eng/bob"
ACTION = "s3:GetObject"
REGION = "eu-central-1"
Decide = Callable[[], bool]


@dataclass(frozen=True)
class Workload:
    """How many policies of how many statements, and whether each statement has conditions."""

    policies: int = 10
    statements: int = 5
    has_conditions: bool = False

    @property
    def total(self) -> int:
        return self.policies * self.statements

    @property
    def resource(self) -> str:
        return f"arn:aws:s3:::bucket-{self.total - 1}/reports/2026.csv"

    def contexts(self) -> Iterator[dict[str, str]]:
        """Endless contexts, no two alike for a long time."""
        for number in count():
            address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
            yield {
                "aws:username": "bob",
                "aws:PrincipalArn": USER,
                "aws:SourceIp": address,
                "aws:RequestedRegion": REGION,
                "aws:CurrentTime": "2026-11-20T06:00:00Z",
                "aws:SecureTransport": "true",
                "aws:UserAgent": "aws-cli/2.0",
                "aws:MultiFactorAuthPresent": "true",
            }

    def documents(self) -> list[dict[str, object]]:
        return [
            {
                "Version": "2012-10-17",
                "Statement": [self._statement(p * self.statements + s) for s in range(self.statements)],
            }
            for p in range(self.policies)
        ]

    def _statement(self, number: int) -> dict[str, object]:
        statement: dict[str, object] = {
            "Sid": f"S{number}",
            "Effect": "Allow",
            "Action": [ACTION, "s3:ListBucket"],
            "Resource": [f"arn:aws:s3:::bucket-{number}", f"arn:aws:s3:::bucket-{number}/*"],
        }
        if self.has_conditions:
            statement["Condition"] = {
                "StringEquals": {"aws:RequestedRegion": REGION},
                "IpAddress": {"aws:SourceIp": "10.0.0.0/8"},
            }
        return statement


def bindery(work: Workload) -> Decide:
    """Our own engine."""
    compiled = [
        compile_policy(parse_document(json.dumps(document), kind="identity"), name=f"p{n}")
        for n, document in enumerate(work.documents())
    ]
    policies = Policies(tuple(compiled))
    contexts, resource = work.contexts(), work.resource
    return lambda: evaluate(Request(USER, ACTION, resource, next(contexts)), policies).allowed


def vakt_rules(work: Workload) -> Decide:
    """vakt with typed rules, its fastest way for wildcards, and policies in memory."""
    storage = vakt.MemoryStorage()
    for number in range(work.total):
        context = (
            {"aws:RequestedRegion": vakt.rules.Eq(REGION), "aws:SourceIp": vakt.rules.CIDR("10.0.0.0/8")}
            if work.has_conditions
            else {}
        )
        storage.add(
            vakt.Policy(
                number,
                actions=[vakt.rules.In(ACTION, "s3:ListBucket")],
                resources=[vakt.rules.StartsWith(f"arn:aws:s3:::bucket-{number}/")],
                subjects=[vakt.rules.Eq(USER)],
                context=context,
                effect=vakt.ALLOW_ACCESS,
            )
        )
    guard = vakt.Guard(storage, vakt.RulesChecker())
    contexts, resource = work.contexts(), work.resource
    return lambda: guard.is_allowed_check(
        vakt.guard.Inquiry(action=ACTION, resource=resource, subject=USER, context=next(contexts))
    )


def cedar(work: Workload) -> Decide:
    """cedarpy with policies and entities parsed ahead."""
    condition = (
        f' && context.region == "{REGION}" && ip(context.ip).isInRange(ip("10.0.0.0/8"))' if work.has_conditions else ""
    )
    text = "\n".join(
        f'permit(principal == User::"bob", action in [Action::"GetObject", Action::"ListBucket"], resource)'
        f' when {{ context.arn like "arn:aws:s3:::bucket-{number}/*"{condition} }};'
        for number in range(work.total)
    )
    policies = cedarpy.PolicySet.from_str(text)
    entities = cedarpy.Entities.from_json_str("[]")
    contexts, resource = work.contexts(), work.resource

    def decide() -> bool:
        context = next(contexts)
        request = {
            "principal": 'User::"bob"',
            "action": 'Action::"GetObject"',
            "resource": 'Object::"report"',
            "context": {"arn": resource, "region": context["aws:RequestedRegion"], "ip": context["aws:SourceIp"]},
        }
        return bool(cedarpy.is_authorized(request, policies, entities).allowed)

    return decide


def moto(work: Workload) -> Decide:
    """moto's evaluator. It knows no IpAddress and passes over it."""
    policies = [IAMPolicy(json.dumps(document)) for document in work.documents()]
    contexts, resource = work.contexts(), work.resource

    def decide() -> bool:
        context = next(contexts) if work.has_conditions else None
        verdicts = [policy.is_action_permitted(ACTION, resource, None, context) for policy in policies]
        return PermissionResult.DENIED not in verdicts and PermissionResult.PERMITTED in verdicts

    return decide


ENGINES: dict[str, Callable[[Workload], Decide]] = {
    "bindery": bindery,
    "vakt": vakt_rules,
    "cedarpy": cedar,
    "moto": moto,
}
