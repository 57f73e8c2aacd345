"""Operations that AWS has no counterpart of, in the terms of botocore's service models."""

from __future__ import annotations

from typing import Any, Final

_USER_ORDER: Final = ("UserName", "DisplayName", "Email", "CreateDate", "PasswordLastUsed")
_BIND_MODES: Final = ["password", "password-code", "app-passwords", "none"]
_SHAPES: Final[dict[str, dict[str, Any]]] = {
    "Text": {"type": "string", "max": 128, "pattern": r"[^\p{C}]*"},
    "UserName": {"type": "string", "min": 1, "max": 128, "pattern": r"[\w+=,.@-]+"},
    "GroupName": {"type": "string", "min": 1, "max": 128, "pattern": r"[\w+=,.@-]+"},
    "RoleName": {"type": "string", "min": 1, "max": 64, "pattern": r"[\w+=,.@-]+"},
    "PolicyArn": {"type": "string", "min": 20, "max": 2048},
    "ProviderArn": {"type": "string", "min": 20, "max": 2048},
    "PolicyScope": {"type": "string", "enum": ["All", "AWS", "Local"]},
    "PolicySourceArn": {"type": "string", "min": 20, "max": 2048},
    "UserOrder": {"type": "string", "enum": list(_USER_ORDER)},
    "Flag": {"type": "boolean"},
    "Time": {"type": "timestamp"},
    "Outcome": {"type": "string", "enum": ["Succeeded", "Denied", "Failed"]},
    "DistinguishedName": {"type": "string", "min": 1, "max": 4096},
    "EventId": {"type": "string", "min": 3, "max": 32, "pattern": "[0-9]+-[0-9]+"},
    "Marker": {"type": "string", "min": 1, "max": 320},
    "Origin": {"type": "string", "min": 8, "max": 300, "pattern": r"https?://[!-~]+"},
    "DeviceLabel": {"type": "string", "min": 1, "max": 64, "pattern": r"[^\p{C}]*"},
    "BrowserAnswer": {"type": "string", "min": 2, "max": 65536, "sensitive": True},
    "SerialNumber": {"type": "string", "min": 9, "max": 256, "pattern": r"[\w+=/:,.@-]+"},
    "MaxItems": {"type": "integer", "min": 1, "max": 1000},
    "BindMode": {"type": "string", "enum": _BIND_MODES},
    "OptionalGroupName": {"type": "string", "min": 0, "max": 128, "pattern": r"[\w+=,.@-]*"},
    "PosixNumber": {"type": "integer", "min": 1000, "max": 2147483646},
    "UnixPath": {"type": "string", "min": 1, "max": 255, "pattern": r"/[\w%+=,.@/-]*"},
    "ServicePrefix": {"type": "string", "min": 1, "max": 63, "pattern": "[a-z0-9][a-z0-9-]*"},
    "ServiceSource": {"type": "string", "enum": ["Registered", "Shipped"]},
    "ServiceTitle": {"type": "string", "min": 1, "max": 128, "pattern": r"[^\p{C}]*"},
    "ServiceDefinition": {"type": "string", "min": 2, "max": 1000000},
    "RevisionId": {"type": "string", "min": 64, "max": 64, "pattern": "[0-9a-f]+"},
    "AuthenticationCode": {"type": "string", "min": 6, "max": 6, "pattern": r"[\d]+", "sensitive": True},
}
_PAGED: Final = {"Marker": "Marker", "MaxItems": "MaxItems"}
_INPUTS: Final[dict[str, dict[str, str]]] = {
    "DescribeCaller": {},
    "SearchUsers": {"Text": "Text", "SortBy": "UserOrder", "Descending": "Flag", **_PAGED},
    "SearchGroups": {"Text": "Text", **_PAGED},
    "ListMembers": {"GroupName": "GroupName", "Text": "Text", **_PAGED},
    "ListAttachablePolicies": {},
    "DescribeUser": {"UserName": "UserName"},
    "ListPoliciesForUser": {"UserName": "UserName"},
    "ListPoliciesForGroup": {"GroupName": "GroupName"},
    "DescribeCredentials": {"UserName": "UserName"},
    "DescribeUserDependents": {"UserName": "UserName"},
    "DescribeAppPasswords": {"UserName": "UserName"},
    "DescribeAdministration": {"WithoutUser": "UserName", "WithoutGroup": "GroupName"},
    "SearchPolicies": {"Text": "Text", "Scope": "PolicyScope", **_PAGED},
    "SearchRoles": {"Text": "Text", **_PAGED},
    "ListPoliciesForRole": {"RoleName": "RoleName"},
    "DescribeReach": {"PolicySourceArn": "PolicySourceArn"},
    "DescribeUserEntry": {"UserName": "UserName"},
    "DescribeGroupEntry": {"GroupName": "GroupName"},
    "DescribeRoleEntry": {"RoleName": "RoleName"},
    "DescribePolicyEntry": {"PolicyArn": "PolicyArn"},
    "DescribeOpenIDConnectProviderEntry": {"OpenIDConnectProviderArn": "ProviderArn"},
    "DescribeSAMLProviderEntry": {"SAMLProviderArn": "ProviderArn"},
    "DescribeMFA": {},
    "GetPasskeyOptions": {"Origin": "Origin"},
    "CreatePasskey": {"Origin": "Origin", "Label": "DeviceLabel", "Answer": "BrowserAnswer"},
    "RenameMFADevice": {"SerialNumber": "SerialNumber", "Label": "DeviceLabel"},
    "CreateRecoveryCodes": {},
    "GetSignInSettings": {},
    "UpdateSignInSettings": {"MfaRequired": "Flag"},
    "GetBindSettings": {},
    "UpdateBindSettings": {"BindMode": "BindMode", "ExemptGroup": "OptionalGroupName"},
    "GetUserBindSettings": {"UserName": "UserName"},
    "UpdateUserBindSettings": {"UserName": "UserName", "BindMode": "BindMode"},
    "CreateBindDevice": {"UserName": "UserName"},
    "EnableBindDevice": {
        "UserName": "UserName",
        "AuthenticationCode1": "AuthenticationCode",
        "AuthenticationCode2": "AuthenticationCode",
    },
    "DeleteBindDevice": {"UserName": "UserName"},
    "GetPosixSettings": {},
    "UpdatePosixSettings": {
        "Enabled": "Flag",
        "FirstNumber": "PosixNumber",
        "PrimaryGroup": "OptionalGroupName",
        "HomeDirectory": "UnixPath",
        "LoginShell": "UnixPath",
    },
    "AssignPosixNumbers": {},
    "UpdatePosixUser": {"UserName": "UserName", "HomeDirectory": "UnixPath", "LoginShell": "UnixPath"},
    "LookupEvents": {
        "StartTime": "Time",
        "EndTime": "Time",
        "Actor": "Text",
        "EventName": "Text",
        "Outcome": "Outcome",
        "Resource": "Text",
        "SourceIp": "Text",
        **_PAGED,
    },
    "DescribeEvent": {"EventId": "EventId"},
    "DescribeSignIns": {},
    "DescribeCredentialReport": {},
    "VerifyEvents": _PAGED,
    "DescribeDirectory": {},
    "DescribeEntry": {"Dn": "DistinguishedName", **_PAGED},
    "ListServices": {"Text": "Text", "Source": "ServiceSource", **_PAGED},
    "GetService": {"Prefix": "ServicePrefix"},
    "DescribeServiceEntry": {"Prefix": "ServicePrefix"},
    "DescribeServiceRegistration": {"Definition": "ServiceDefinition", "Title": "ServiceTitle"},
    "ListPoliciesNamingService": {"Prefix": "ServicePrefix", "WithDefinition": "ServiceDefinition", **_PAGED},
    "RegisterService": {
        "Prefix": "ServicePrefix",
        "Definition": "ServiceDefinition",
        "Title": "ServiceTitle",
        "RevisionId": "RevisionId",
    },
    "DeregisterService": {"Prefix": "ServicePrefix", "RevisionId": "RevisionId"},
}
_REQUIRED: Final = frozenset({"EventId", "UserName", "GroupName", "RoleName", "PolicyArn", "PolicySourceArn"}) | {
    "OpenIDConnectProviderArn",
    "SAMLProviderArn",
    "Origin",
    "Label",
    "Answer",
    "SerialNumber",
    "MfaRequired",
    "Enabled",
    "AuthenticationCode1",
    "AuthenticationCode2",
    "Prefix",
    "Definition",
}


def _operation(name: str) -> dict[str, Any]:
    return {"name": name, "input": {"shape": f"{name}Request"}} if _INPUTS[name] else {"name": name}


def _request(members: dict[str, str]) -> dict[str, Any]:
    return {
        "type": "structure",
        "required": sorted(_REQUIRED & members.keys()),
        "members": {member: {"shape": shape} for member, shape in members.items()},
    }


OWN_MODEL: Final[dict[str, Any]] = {
    "metadata": {"serviceId": "Bindery"},
    "operations": {name: _operation(name) for name in _INPUTS},
    "shapes": _SHAPES | {f"{name}Request": _request(members) for name, members in _INPUTS.items() if members},
}
"""The service model of `bindery`."""
