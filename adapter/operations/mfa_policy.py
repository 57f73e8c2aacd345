"""Whether everybody needs a second factor, and what somebody who has none may do until then: set one up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final

from adapter.caller import Caller, CallerKind
from adapter.errors import AccessDenied
from adapter.ldap import ACCOUNT, Set
from adapter.operations.call import Call, Result
from adapter.operations.mfa_codes import devices_of
from adapter.operations.owners import owner_named
from adapter.operations.resources import Params, ResourceRule, Target
from adapter.policy import CompiledPolicy, compile_policy, parse_document

FRESH: Final = timedelta(minutes=5)
"""So long a proof of who somebody is counts for what it takes a fresh one to do (OWASP ASVS 5.0, 7.5.1)."""

_ENROLMENT: Final = frozenset(
    {
        "create_passkey",
        "create_virtual_mfa_device",
        "delete_virtual_mfa_device",
        "describe_mfa",
        "enable_mfa_device",
        "get_passkey_options",
    }
)
"""What somebody who owes a second factor may call."""
_ENROLMENT_ACTIONS: Final = ("iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:ListMFADevices")

_NEEDS_FRESH: Final = frozenset(
    {
        "change_password",
        "create_access_key",
        "create_bind_device",
        "create_login_profile",
        "create_passkey",
        "create_recovery_codes",
        "create_service_specific_credential",
        "deactivate_mfa_device",
        "delete_bind_device",
        "delete_login_profile",
        "delete_role_permissions_boundary",
        "delete_user_permissions_boundary",
        "enable_bind_device",
        "enable_mfa_device",
        "put_role_permissions_boundary",
        "put_user_permissions_boundary",
        "rename_mfa_device",
        "reset_service_specific_credential",
        "resync_mfa_device",
        "update_bind_settings",
        "update_login_profile",
        "update_sign_in_settings",
        "update_user_bind_settings",
        "upload_signing_certificate",
        "upload_ssh_public_key",
    }
)
"""What takes a fresh proof: keys, devices, passwords, boundaries."""
_NEEDS_FRESH_TO_ACTIVATE: Final = frozenset(
    {"update_access_key", "update_service_specific_credential", "update_signing_certificate"}
)


class ProofWanted(Exception):
    """Whoever is signed in at the console has to prove again who they are, before anything is done.

    It is no IamError, so that no page takes it for a refusal: the console asks for the proof and goes on.

    Attributes:
        second_factor: the password is not enough.
    """

    def __init__(self, *, second_factor: bool) -> None:
        super().__init__("prove again who you are")
        self.second_factor = second_factor


def get_sign_in_settings(call: Call) -> Result:
    """Tells what signing in at the console takes."""
    return {"sign_in_settings": {"mfa_required": call.account.mfa_required}}


def update_sign_in_settings(call: Call, *, mfa_required: bool) -> Result:
    """Changes what signing in at the console takes."""
    call.store.change(ACCOUNT, call.account, call.account, Set("mfa_required", mfa_required), guard=False)
    return {}


def hold_to_enrolment(caller: Caller, operation: str) -> None:
    """Refuses everything but enrolment to somebody who owes a second factor.

    Raises:
        AccessDenied: it is something else.
    """
    if caller.must_enrol and operation not in _ENROLMENT:
        raise AccessDenied("This account requires MFA. Set up a second factor first.")


def hold_to_fresh_proof(call: Call) -> None:
    """Holds whoever is signed in at the console to a fresh proof of who they are.

    Raises:
        ProofWanted: the last one is too old.
    """
    caller = call.caller
    if caller.proved_at is None:
        return
    has_device = bool(devices_of(call.store, call.account, owner_named(call, None)))
    proven = caller.mfa_time if has_device else caller.proved_at
    if proven is None or call.context.now - proven > FRESH:
        raise ProofWanted(second_factor=has_device)


def needs_fresh_proof(operation: str, params: Mapping[str, Any]) -> bool:
    """Whether an operation takes a fresh proof."""
    activates = operation in _NEEDS_FRESH_TO_ACTIVATE and params.get("status") == "Active"
    return operation in _NEEDS_FRESH or activates


def enrolling(rule: ResourceRule) -> ResourceRule:
    """The rule for an operation of enrolment: where the account requires MFA, its users may set it up at the console.

    The account says so like a resource policy: nothing else has to allow it, and an explicit deny still counts.
    """

    def target(call: Call, params: Params) -> Target:
        found = rule(call, params)
        caller = call.caller
        is_about_another = any(":user/" in arn and arn != caller.arn for arn in found.arns)
        is_at_the_console = caller.kind is CallerKind.USER and caller.proved_at is not None
        if not call.account.mfa_required or not is_at_the_console or is_about_another:
            return found
        return replace(found, policy=_own_enrolment(caller.arn))

    return target


@lru_cache(maxsize=1024)
def _own_enrolment(arn: str) -> CompiledPolicy:
    """The rule "this user may set up a second factor"."""
    statement = {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": list(_ENROLMENT_ACTIONS), "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    return compile_policy(parse_document(document, kind="resource"), name="the account's sign-in settings")
