"""A decision point made of cedarpy and Flask: what Bindery's is measured beside. Served by granian, like ours.

It has the same policies, checks no signature and looks nobody up.
"""

from __future__ import annotations

import cedarpy
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from tests.benchmarks.policy_workload import Workload

_WORK = Workload(has_conditions=True)
_CONDITION = ' && context.region == "eu-central-1" && ip(context.ip).isInRange(ip("10.0.0.0/8"))'
_POLICIES = cedarpy.PolicySet.from_str(
    "\n".join(
        f'permit(principal == User::"bob", action in [Action::"GetObject", Action::"ListBucket"], resource)'
        f' when {{ context.arn like "arn:aws:s3:::bucket-{number}/*"{_CONDITION} }};'
        for number in range(_WORK.total)
    )
)
_ENTITIES = cedarpy.Entities.from_json_str("[]")


def evaluation() -> ResponseReturnValue:
    """Answers one question."""
    asked = request.get_json()
    context = asked["context"]
    found = cedarpy.is_authorized(
        {
            "principal": f'User::"{asked["subject"]["id"]}"',
            "action": f'Action::"{asked["action"]["name"].partition(":")[2]}"',
            "resource": 'Object::"report"',
            "context": {
                "arn": asked["resource"]["id"],
                "region": context["aws:RequestedRegion"],
                "ip": context["aws:SourceIp"],
            },
        },
        _POLICIES,
        _ENTITIES,
    )
    return jsonify({"decision": bool(found.allowed)})


app = Flask(__name__)
app.add_url_rule("/access/v1/evaluation", view_func=evaluation, methods=["POST"])
