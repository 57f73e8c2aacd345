"""Every form of the console, and for whom it does what it says."""

from __future__ import annotations

from tests.documents import READ_ONLY, TRUST, allow
from tests.web.matrix import DONE, ME, POLICY, Deed
from tests.web.matrix_steps import all_pages, check, codes, drop, file, password, resync, start, upload

OWN_DOCUMENT = {"policy_name": "more", "document": allow("s3:Get*")}
VERSION = {"mode": "json", "act": "save", "document": allow("s3:Put*")}
TAG = {"tags-0-key": "team", "tags-0-value": "a"}
MORE = {"policies": ["arn:aws:iam::aws:policy/SecurityAudit"]}


def _policies_of(kind: str) -> tuple[Deed, ...]:
    """The forms about the policies of a user, a group or a role."""
    at, noun = f"{kind}s/{{{kind}}}", f"{kind.title()}Policy"
    return (
        Deed(f"{kind}_attach", f"{at}/attach", DONE, f"iam:Attach{noun}", kind, MORE),
        Deed(f"{kind}_detach", f"{at}/detach?policy={READ_ONLY}", DONE, f"iam:Detach{noun}", kind),
        Deed(f"{kind}_new_inline", f"{at}/inline", DONE, f"iam:Put{noun}", kind, OWN_DOCUMENT),
        Deed(f"{kind}_inline", f"{at}/inline/own", DONE, f"iam:Put{noun}", kind, OWN_DOCUMENT),
        Deed(f"{kind}_delete_inline", f"{at}/inline/own/delete", DONE, f"iam:Delete{noun}", kind),
    )


def _boundary_of(kind: str) -> Deed:
    right = f"iam:Put{kind.title()}PermissionsBoundary"
    return Deed(f"{kind}_boundary", f"{kind}s/{{{kind}}}/boundary", DONE, right, kind, {"boundary": READ_ONLY})


_USER_DEEDS = (
    Deed("create_user", "create-user", DONE, "iam:CreateUser", send=all_pages),
    Deed("create_users", "create-users", "+++xx", send=upload),
    Deed("start_creating", "create-users/start", "+++xx", send=start),
    Deed("delete_users", "delete-users?name=nobody-of-that-name", "+++++", fields={"typed": "delete"}),
    Deed("edit_user", "users/{user}/edit", DONE, "iam:UpdateUser", "user", {"display_name": "New", "path": "/"}),
    Deed("rename_user", "users/{user}/rename", DONE, "iam:UpdateUser", "user", {"new_name": "new-{n}"}),
    Deed("edit_user_tags", "users/{user}/tags/edit", DONE, "iam:TagUser", "user", TAG),
    _boundary_of("user"),
    Deed(
        "user_join",
        "users/{user}/groups/join",
        DONE,
        "iam:AddUserToGroup",
        "user",
        {"groups": ["DevelopmentPersonnel"]},
    ),
    *_policies_of("user"),
    Deed("user_binding", "users/{user}/binding", DONE, "bindery:Update", "user", {"bind_mode": "password"}),
    Deed("user_password", "users/{user}/password", DONE, "iam:CreateLoginProfile", "user", {"how": "generated"}),
    Deed("remove_user_password", "users/{user}/password/remove", DONE, "iam:DeleteLoginProfile", "user login"),
    Deed(
        "remove_user_device",
        "users/{user}/mfa/remove?device={device}",
        DONE,
        "iam:DeactivateMFADevice",
        "user device",
    ),
    Deed("create_user_key", "users/{user}/keys/create", DONE, "iam:CreateAccessKey", "user"),
    Deed("switch_user_key", "users/{user}/keys/{key}/switch", DONE, "iam:UpdateAccessKey", "user key"),
    Deed(
        "delete_user_key", "users/{user}/keys/{key}/delete", DONE, "iam:DeleteAccessKey", "user key", {"typed": "{key}"}
    ),
    Deed("delete_user", "users/{user}/delete", DONE, "iam:", "user", {"typed": "{user}"}),
)
_GROUP_DEEDS = (
    Deed("create_group", "create-group", DONE, "iam:CreateGroup", "", {"group_name": "made-{n}", "path": "/"}),
    Deed(
        "edit_group",
        "groups/{group}/edit",
        DONE,
        "iam:UpdateGroup",
        "group",
        {"group_name": "{group}", "remarks": "New", "path": "/"},
    ),
    Deed("delete_group", "groups/{group}/delete", DONE, "iam:RemoveUserFromGroup", "group", {"typed": "{group}"}),
    Deed("add_members", "groups/{group}/add-users", DONE, "iam:AddUserToGroup", "group", {"users": ["ray"]}),
    Deed("remove_member", "groups/{group}/remove/{member}", DONE, "iam:RemoveUserFromGroup", "group"),
    *_policies_of("group"),
)
_ROLE_DEEDS = (
    Deed(
        "create_role",
        "create-role",
        DONE,
        "iam:CreateRole",
        "",
        {"step": "role", "go": "next", "document": TRUST, "role_name": "made-{n}", "path": "/", "duration": "3600"},
    ),
    Deed("edit_role", "roles/{role}/edit", DONE, "iam:UpdateRole", "role", {"description": "New", "duration": "3600"}),
    Deed("edit_role_trust", "roles/{role}/trust/edit", DONE, "iam:UpdateAssumeRolePolicy", "role", {"document": TRUST}),
    Deed("edit_role_tags", "roles/{role}/tags/edit", DONE, "iam:TagRole", "role", TAG),
    _boundary_of("role"),
    Deed("delete_role", "roles/{role}/delete", DONE, "iam:D", "role", {"typed": "{role}"}),
    *_policies_of("role"),
)
_POLICY_DEEDS = (
    Deed("create_policy", "policies/create", DONE, "iam:CreatePolicy", "", VERSION | {"policy_name": "made-{n}"}),
    Deed("edit_policy", POLICY + "/edit?arn={policy}", DONE, "iam:CreatePolicyVersion", "policy", VERSION),
    Deed(
        "default_version",
        POLICY + "/default?arn={policy}&version=v2",
        DONE,
        "iam:SetDefaultPolicyVersion",
        "policy",
    ),
    Deed(
        "delete_version", POLICY + "/delete-version?arn={policy}&version=v2", DONE, "iam:DeletePolicyVersion", "policy"
    ),
    Deed(
        "attach_policy",
        POLICY + "/attach?arn={policy}",
        DONE,
        "iam:AttachUserPolicy",
        "policy user",
        {"entities": ["user/{user}"]},
    ),
    Deed(
        "detach_policy",
        POLICY + "/detach?arn=" + READ_ONLY + "&entity=user/{user}",
        DONE,
        "iam:DetachUserPolicy",
        "user",
    ),
    Deed("delete_policy", POLICY + "/delete?arn={policy}", DONE, "iam:D", "policy", {"typed": "{n}"}),
    Deed("edit_policy_tags", POLICY + "/tags/edit?arn={policy}", DONE, "iam:TagPolicy", "policy", TAG),
    Deed("check_policy", "policies/check", "+++++", send=check),
)
PROVIDER = "providers/provider"
_PROVIDER_DEEDS = (
    Deed(
        "create_provider",
        "create-provider/oidc",
        DONE,
        "iam:CreateOpenIDConnectProvider",
        "",
        {"url": "https://{n}.example.org", "audiences": "web", "thumbprints": "a" * 40},
    ),
    Deed(
        "edit_provider",
        PROVIDER + "/edit?arn={provider}",
        DONE,
        "iam:AddClientIDToOpenIDConnectProvider",
        "provider",
        {"audiences": "web\nmobile"},
    ),
    Deed(
        "edit_provider_tags", PROVIDER + "/tags?arn={provider}", DONE, "iam:TagOpenIDConnectProvider", "provider", TAG
    ),
    Deed(
        "delete_provider",
        PROVIDER + "/delete?arn={provider}",
        DONE,
        "iam:DeleteOpenIDConnectProvider",
        "provider",
        {"typed": "{provider_name}"},
    ),
)
_SERVICE_DEEDS = (
    Deed(
        "register_service",
        "register-service",
        DONE,
        "bindery:RegisterService",
        "",
        {"act": "save", "definition": 'prefix = "{n}"\ntitle = "Made"', "prefix": "{n}"},
    ),
    Deed(
        "remove_service",
        "services/{service}/remove",
        DONE,
        "bindery:DeregisterService",
        "service",
        {"typed": "{service}", "revision_id": "{revision}"},
    ),
)
_OWN_DEEDS = (
    Deed("change_password", f"{ME}/password", "++x+x", "iam:ChangePassword", send=password, ends_session=True),
    Deed("add_app", f"{ME}/mfa/app", "++x+x", "iam:CreateVirtualMFADevice", fields={"label": "tablet-{n}"}),
    Deed("add_app_codes", f"{ME}/mfa/app/codes", "!!x!x", send=codes),
    Deed("drop_app", f"{ME}/mfa/app/drop", "++x+x", send=drop),
    Deed("add_passkey", f"{ME}/mfa/passkey", "!!x!x", fields={"label": "x"}),
    Deed("rename_device", ME + "/mfa/rename?device={spare}", "???+x", given="spare-device", fields={"label": "n{n}"}),
    Deed("resync_device", ME + "/mfa/resync?device={spare}", "???+x", given="spare-device", send=resync),
    Deed("remove_device", ME + "/mfa/remove?device={spare}", "???+x", given="spare-device"),
    Deed("add_bind_device", f"{ME}/ldap-device/add", "?+x+x"),
    Deed("add_bind_codes", f"{ME}/ldap-device/codes", "+++++", fields={"code1": "000000", "code2": "000001"}),
    Deed("remove_bind_device", f"{ME}/ldap-device/remove", "?+x+x"),
    Deed("recovery_codes", f"{ME}/recovery-codes", "??x+x"),
    Deed("create_my_key", f"{ME}/keys/create", "++x+x", "iam:CreateAccessKey", "no-keys"),
    Deed("switch_my_key", ME + "/keys/{my_key}/switch", "++x+x", "iam:UpdateAccessKey", "my-key"),
    Deed(
        "delete_my_key", ME + "/keys/{my_key}/delete", "++x+x", "iam:DeleteAccessKey", "my-key", {"typed": "{my_key}"}
    ),
    Deed(
        "create_app_password",
        f"{ME}/app-passwords/create",
        "?+x+x",
        "iam:CreateServiceSpecificCredential",
        "no-app-passwords",
        {"service": "nextcloud"},
    ),
    Deed("reset_app_password", ME + "/app-passwords/{app}/reset", "!+x+x", "iam:Reset", "app-password"),
    Deed("switch_app_password", ME + "/app-passwords/{app}/switch", "!+x+x", "iam:Update", "app-password"),
    Deed(
        "delete_app_password",
        ME + "/app-passwords/{app}/delete",
        "!+x+x",
        "iam:Delete",
        "app-password",
        {"typed": "app-{n}"},
    ),
    Deed("download_credentials", "credentials.csv", "++x+x", "iam:CreateAccessKey", "no-keys", send=file),
    Deed("sign_out_everywhere", f"{ME}/sign-out-everywhere", ">>>>>", ends_session=True),
    Deed("sign_out", "sign-out", ">>>>>", ends_session=True),
    Deed("confirm", "confirm", "!!!!!"),
)
_ACCOUNT_DEEDS = (
    Deed("account_alias", "account/alias", DONE, "iam:CreateAccountAlias", "", {"account_alias": "acme-{n}"}),
    Deed("account_remove_alias", "account/remove-alias", DONE, "iam:DeleteAccountAlias", "alias"),
    Deed(
        "password_policy",
        "account/password-policy",
        DONE,
        "iam:UpdateAccountPasswordPolicy",
        "",
        {"minimum_password_length": "8"},
    ),
    Deed(
        "default_password_policy",
        "account/default-password-policy",
        DONE,
        "iam:DeleteAccountPasswordPolicy",
        "password-policy",
    ),
    Deed("account_binding", "account/ldap/binding", DONE, "bindery:Update", "", {"bind_mode": "password"}),
    Deed("account_posix", "account/ldap/posix", DONE, "bindery:Update"),
    Deed("sign_in_settings", "sign-in-settings", DONE, "iam:UpdateAccountPasswordPolicy"),
    Deed("verify_events", "events/verify", "+++xx"),
    Deed("language", "language", "+++++", fields={"language": "en", "next": "/console/"}),
    Deed(
        "choose_columns", "columns", "+++++", fields={"list": "users", "columns": ["email"], "next": "/console/users"}
    ),
    Deed("sign_in", "sign-in", "!!!!!"),
    Deed("sign_in_as_root", "sign-in/root", "!!!!!"),
    Deed("sign_in_by_passkey", "sign-in/passkey", "!!!!!"),
    Deed("mfa_code", "sign-in/code", ">>>>>"),
    Deed("new_password", "new-password", ">>>>>"),
)

DEEDS = (
    *_USER_DEEDS,
    *_GROUP_DEEDS,
    *_ROLE_DEEDS,
    *_POLICY_DEEDS,
    *_PROVIDER_DEEDS,
    *_SERVICE_DEEDS,
    *_OWN_DEEDS,
    *_ACCOUNT_DEEDS,
)
