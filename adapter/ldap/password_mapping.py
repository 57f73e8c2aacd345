"""The map between entries and models for what an account asks of passwords."""

from __future__ import annotations

from typing import Final

from adapter.ldap import codecs
from adapter.ldap.noun import Field, Noun
from adapter.ldap.parts import container, without_birth
from adapter.models import PasswordPolicy

POLICY_CLASS: Final = "pwdPolicy"
"""The class, which slapd knows, of what holds passwords to rules."""


PASSWORD_POLICY = Noun(
    label="password policy",
    model=PasswordPolicy,
    base=container("password-policies"),
    naming="cn",
    name_field=None,
    classes=("iamPasswordRules",),
    fields=(
        Field(name="customised", attribute="iamCustomised", codec=codecs.BOOL),
        Field(name="minimum_password_length", attribute="pwdMinLength", codec=codecs.INT),
        Field(name="require_symbols", attribute="iamRequireSymbols", codec=codecs.BOOL),
        Field(name="require_numbers", attribute="iamRequireNumbers", codec=codecs.BOOL),
        Field(name="require_uppercase_characters", attribute="iamRequireUppercase", codec=codecs.BOOL),
        Field(name="require_lowercase_characters", attribute="iamRequireLowercase", codec=codecs.BOOL),
        Field(name="allow_users_to_change_password", attribute="iamAllowPasswordChange", codec=codecs.BOOL),
        Field(name="max_password_age", attribute="pwdMaxAge", codec=codecs.DAYS),
        Field(name="password_reuse_prevention", attribute="pwdInHistory", codec=codecs.INT),
        Field(
            name="hard_expiry",
            attribute="iamHardExpiry",
            codec=codecs.BOOL,
            mirrors=(("pwdGraceAuthNLimit", codecs.GRACE),),
        ),
    ),
    complete=without_birth,
)
