"""Every page of the console, and who sees it how."""

from __future__ import annotations

from tests.documents import READ_ONLY
from tests.web.matrix import ALL, ME, POLICY, READERS, RIGHTS, See


def _policies_of(kind: str) -> tuple[See, ...]:
    """The pages about the policies of a user, a group or a role."""
    at = f"{kind}s/{{{kind}}}"
    return (
        See(f"{kind}_attach", f"{at}/attach", READERS, kind),
        See(f"{kind}_detach", f"{at}/detach?policy={READ_ONLY}", ALL, kind),
        See(f"{kind}_new_inline", f"{at}/inline", ALL, kind),
        See(f"{kind}_inline", f"{at}/inline/own", READERS, kind),
        See(f"{kind}_delete_inline", f"{at}/inline/own/delete", ALL, kind),
    )


_USER_PAGES = (
    See("user", "users/{user}", RIGHTS, "user", ("Edit", "Delete", "Attach policies", "New inline policy")),
    See("user_groups", "users/{user}/groups", RIGHTS, "user", ("Edit", "Delete", "Add to groups")),
    See("user_tags", "users/{user}/tags", RIGHTS, "user", ("Edit", "Delete")),
    See(
        "user_credentials",
        "users/{user}/credentials",
        RIGHTS,
        "user login key",
        ("Reset password", "Create access key"),
    ),
    See("user_access", "users/{user}/access", READERS, "user"),
    See("user_accessed", "users/{user}/last-accessed", READERS, "user"),
    See("user_ldif", "users/{user}/ldif", READERS, "user"),
    See("edit_user", "users/{user}/edit", READERS, "user"),
    See("rename_user", "users/{user}/rename", READERS, "user"),
    See("edit_user_tags", "users/{user}/tags/edit", READERS, "user"),
    See("user_boundary", "users/{user}/boundary", READERS, "user"),
    See("user_join", "users/{user}/groups/join", READERS, "user"),
    *_policies_of("user"),
    See("user_binding", "users/{user}/binding", READERS, "user login"),
    See("user_password", "users/{user}/password", READERS, "user login"),
    See("remove_user_password", "users/{user}/password/remove", ALL, "user login"),
    See("remove_user_device", "users/{user}/mfa/remove?device={device}", ALL, "user device"),
    See("create_user_key", "users/{user}/keys/create", ALL, "user"),
    See("switch_user_key", "users/{user}/keys/{key}/switch", READERS, "user key"),
    See("delete_user_key", "users/{user}/keys/{key}/delete", READERS, "user key"),
    See("delete_user", "users/{user}/delete", READERS, "user"),
)
_GROUP_PAGES = (
    See("groups", "groups", RIGHTS, "", ("Create group",)),
    See("group", "groups/{group}", RIGHTS, "group", ("Edit", "Delete", "Add users")),
    See("group_permissions", "groups/{group}/permissions", RIGHTS, "group", ("Attach policies", "New inline policy")),
    See("group_ldif", "groups/{group}/ldif", READERS, "group"),
    See("create_group", "create-group", READERS),
    See("edit_group", "groups/{group}/edit", READERS, "group"),
    See("delete_group", "groups/{group}/delete", READERS, "group"),
    See("add_members", "groups/{group}/add-users", READERS, "group"),
    See("remove_member", "groups/{group}/remove/{member}", ALL, "group"),
    *_policies_of("group"),
)
_ROLE_PAGES = (
    See("roles", "roles", RIGHTS, "", ("Create role",)),
    See("role", "roles/{role}", RIGHTS, "role", ("Edit", "Delete", "Attach policies", "New inline policy")),
    See("role_trust", "roles/{role}/trust", RIGHTS, "role", ("Edit trust policy",)),
    See("role_tags", "roles/{role}/tags", RIGHTS, "role", ("Edit", "Delete")),
    See("role_ldif", "roles/{role}/ldif", READERS, "role"),
    See("create_role", "create-role", ALL),
    See("edit_role", "roles/{role}/edit", READERS, "role"),
    See("edit_role_trust", "roles/{role}/trust/edit", READERS, "role"),
    See("edit_role_tags", "roles/{role}/tags/edit", READERS, "role"),
    See("role_boundary", "roles/{role}/boundary", READERS, "role"),
    See("delete_role", "roles/{role}/delete", READERS, "role"),
    *_policies_of("role"),
)
_POLICY_PAGES = (
    See("policies", "policies", RIGHTS, "", ("Create policy",)),
    See("policies", "policies/customer", RIGHTS, "", ("Create policy",)),
    See("policy", POLICY + "?arn={policy}", RIGHTS, "policy", ("Edit", "Delete")),
    See("policy_versions", POLICY + "/versions?arn={policy}", RIGHTS, "policy", ("Edit", "Delete")),
    See("policy_tags", POLICY + "/tags?arn={policy}", RIGHTS, "policy", ("Edit", "Delete")),
    See("policy_entities", POLICY + "/entities?arn={policy}", RIGHTS, "policy", ("Edit", "Delete")),
    See("policy_ldif", POLICY + "/ldif?arn={policy}", READERS, "policy"),
    See("compare_versions", POLICY + "/compare?arn={policy}&version=v2", READERS, "policy"),
    See("default_version", POLICY + "/default?arn={policy}&version=v2", READERS, "policy"),
    See("delete_version", POLICY + "/delete-version?arn={policy}&version=v2", ALL, "policy"),
    See("attach_policy", POLICY + "/attach?arn={policy}", READERS, "policy"),
    See("detach_policy", POLICY + "/detach?arn={policy}&entity=user/joy", ALL, "policy"),
    See("delete_policy", POLICY + "/delete?arn={policy}", READERS, "policy"),
    See("edit_policy", POLICY + "/edit?arn={policy}", READERS, "policy"),
    See("edit_policy_tags", POLICY + "/tags/edit?arn={policy}", READERS, "policy"),
    See("create_policy", "policies/create", ALL),
)
PROVIDER = "providers/provider"
_PROVIDER_PAGES = (
    See("providers", "providers", RIGHTS, "", ("Add OpenID Connect provider", "Add SAML provider")),
    See("provider", PROVIDER + "?arn={provider}", RIGHTS, "provider", ("Edit", "Delete", "Edit tags")),
    See("provider_ldif", PROVIDER + "/ldif?arn={provider}", READERS, "provider"),
    See("create_provider", "create-provider/oidc", ALL),
    See("create_provider", "create-provider/saml", ALL),
    See("edit_provider", PROVIDER + "/edit?arn={provider}", READERS, "provider"),
    See("edit_provider_tags", PROVIDER + "/tags?arn={provider}", READERS, "provider"),
    See("delete_provider", PROVIDER + "/delete?arn={provider}", READERS, "provider"),
)
_SERVICE = "services/{service}"
_CHANGES = ("Change definition", "Remove")
_SERVICE_PAGES = (
    See("services", "services", RIGHTS, "", ("Register service",)),
    See("services", "services/of/registered", RIGHTS, "", ("Register service",)),
    See("service", _SERVICE, RIGHTS, "service", _CHANGES),
    See("service_resources", f"{_SERVICE}/resources", RIGHTS, "service", _CHANGES),
    See("service_policies", f"{_SERVICE}/policies", RIGHTS, "service", _CHANGES),
    See("service_ldif", f"{_SERVICE}/ldif", READERS, "service"),
    See("service_definition", f"{_SERVICE}/definition.json", READERS, "service"),
    See("register_service", "register-service", ALL),
    See("remove_service", f"{_SERVICE}/remove", READERS, "service"),
)
_OWN_PAGES = (
    See("home", "", ALL),
    See("my_credentials", ME, ALL),
    See("change_password", f"{ME}/password", ALL),
    See("add_device", f"{ME}/mfa/add", ALL),
    See("add_app", f"{ME}/mfa/app", ALL),
    See("add_passkey", f"{ME}/mfa/passkey", "ooxox"),
    See("rename_device", ME + "/mfa/rename?device={spare}", "???ox", "spare-device"),
    See("resync_device", ME + "/mfa/resync?device={spare}", "???ox", "spare-device"),
    See("remove_device", ME + "/mfa/remove?device={spare}", "???ox", "spare-device"),
    See("recovery_codes", f"{ME}/recovery-codes", "oooox"),
    See("create_my_key", f"{ME}/keys/create", ALL),
    See("rotate_my_key", ME + "/keys/{my_key}/rotate", "oooox", "my-key"),
    See("switch_my_key", ME + "/keys/{my_key}/switch", "oooox", "my-key"),
    See("delete_my_key", ME + "/keys/{my_key}/delete", "oooox", "my-key"),
    See("create_app_password", f"{ME}/app-passwords/create", ALL),
    See("reset_app_password", ME + "/app-passwords/{app}/reset", "!ooox", "app-password"),
    See("switch_app_password", ME + "/app-passwords/{app}/switch", "!ooox", "app-password"),
    See("delete_app_password", ME + "/app-passwords/{app}/delete", "!ooox", "app-password"),
    See("add_bind_device", f"{ME}/ldap-device/add", ALL),
    See("remove_bind_device", f"{ME}/ldap-device/remove", ALL),
    See("sign_out", "sign-out", ALL),
    See("sign_out_everywhere", f"{ME}/sign-out-everywhere", ALL),
    See("enrol", "enrol", ">>>>>"),
    See("confirm", "confirm", ALL),
)
_OTHER_PAGES = (
    See("users", "users", RIGHTS, "", ("Create user",)),
    See("create_user", "create-user", ALL),
    See("create_users", "create-users", ALL),
    See("delete_users", "delete-users?name=joy", ALL),
    See("dashboard", "dashboard", ALL),
    See("credential_report", "credential-report", ALL),
    See("credential_report_file", "credential-report.csv", "ooo>>"),
    See("simulator", "access/simulator?name=joy&actions=s3:GetObject", READERS),
    See("why", "access/why?question=x", "?????"),
    See("events", "events", READERS),
    See("events_csv", "events.csv", READERS),
    See("events_jsonl", "events.jsonl", READERS),
    See("event", "events/1-0", READERS),
    See("verify_events", "events/verify", READERS),
    See("account", "account", "++--.", "", ("Create alias", "Edit password policy")),
    See("account_quotas", "account/quotas", "oooox"),
    See("account_alias", "account/alias", "oooox"),
    See("account_remove_alias", "account/remove-alias", "oooox", "alias"),
    See("password_policy", "account/password-policy", "oooox"),
    See("default_password_policy", "account/default-password-policy", "oooox", "password-policy"),
    See("sign_in_settings", "sign-in-settings", "oooox"),
    See("account_ldap", "account/ldap", ALL, "", ()),
    See("account_binding", "account/ldap/binding", READERS),
    See("account_posix", "account/ldap/posix", READERS),
    See("directory", "directory", READERS),
    See("tree", "tree", READERS),
    See("job", "jobs/none", "?????"),
    See("sign_in", "sign-in", ">>>>>"),
    See("sign_in_as_root", "sign-in/root", ">>>>>"),
    See("mfa_code", "sign-in/code", ">>>>>"),
    See("new_password", "new-password", ">>>>>"),
)

PAGES = (
    *_USER_PAGES,
    *_GROUP_PAGES,
    *_ROLE_PAGES,
    *_POLICY_PAGES,
    *_PROVIDER_PAGES,
    *_SERVICE_PAGES,
    *_OWN_PAGES,
    *_OTHER_PAGES,
)
