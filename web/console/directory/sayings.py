"""What the directory's check-up says, for readers of other languages than English."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext

from web.console.sayings import Sayings

_CHECKS = Sayings(
    (
        lazy_gettext("program"),
        lazy_gettext("data folder"),
        lazy_gettext("permissions"),
        lazy_gettext("master key"),
        lazy_gettext("server"),
        lazy_gettext("schema"),
        lazy_gettext("access rules"),
        lazy_gettext("clock"),
    )
)
_FINDINGS = Sayings(
    (
        lazy_gettext("slapd %(version)s at %(path)s, passwords as %(scheme)s"),
        lazy_gettext("slapd %(version)s can only hash passwords as %(scheme)s"),
        lazy_gettext("There is no data folder %(path)s"),
        lazy_gettext("%(path)s holds no directory"),
        lazy_gettext("%(path)s, account %(account)s below %(suffix)s"),
        lazy_gettext("Others can get at %(path)s"),
        lazy_gettext("Only its owner can get at the data folder's secrets"),
        lazy_gettext("The secrets of the first start still lie in first-start.txt"),
        lazy_gettext("The master key %(where)s can't be read: %(error)s"),
        lazy_gettext("%(where)s holds no master key: %(error)s"),
        lazy_gettext("%(where)s holds a master key"),
        lazy_gettext("Access keys could not be looked at: %(error)s"),
        lazy_gettext("The master key does not open %(closed)s of %(all)s access keys, %(one)s among them"),
        lazy_gettext("It opens each of the access keys that were tried: %(count)s"),
        lazy_gettext("%(uri)s answers"),
        lazy_gettext("The directory does not know %(classes)s"),
        lazy_gettext("The directory knows all %(count)s object classes"),
        lazy_gettext("Access without signing in could not be tried: %(error)s"),
        lazy_gettext("Who has not signed in sees entries of %(suffix)s"),
        lazy_gettext("Who has not signed in sees nothing"),
        lazy_gettext("No certificate: plain LDAP, meant for this machine alone"),
        lazy_gettext("The directory's certificate is valid for %(days)s more days"),
        lazy_gettext("The directory's certificate has expired"),
        lazy_gettext("The directory's certificate can't be read: %(error)s"),
        lazy_gettext("The newest change in the directory is %(count)s seconds in this machine's future"),
        lazy_gettext("This machine's clock says %(time)s UTC and agrees with the directory"),
    )
)
_ADVICE = Sayings(
    (
        lazy_gettext("Install OpenLDAP's server."),
        lazy_gettext("Install slapd with its argon2 module."),
        lazy_gettext("Name it with --data DIR, or make one: bindery up."),
        lazy_gettext("Restore a backup: bindery restore FILE."),
        lazy_gettext("Make one: bindery up."),
        lazy_gettext("Note what you need and delete it: rm %(path)s"),
        lazy_gettext(
            "Put the key back from where you keep it apart from the backups, or name it with "
            "BINDERY_MASTER_KEY_FILE; without it no access key can be read."
        ),
        lazy_gettext("Try again."),
        lazy_gettext("Start it: bindery up."),
        lazy_gettext("Check it, its address and BINDERY_LDAP_BIND_DN."),
        lazy_gettext("Restart bindery up, which brings the schema up to date."),
        lazy_gettext("Load the rules of ldif/config/acl.ldif."),
        lazy_gettext("Run bindery init again."),
        lazy_gettext("Renew it and start bindery up again with --ldap-cert and --ldap-key."),
        lazy_gettext("Set the clock, and keep it with NTP (timedatectl set-ntp true)."),
    )
)


def said(finding: dict[str, Any]) -> dict[str, Any]:
    """One finding in the reader's language."""
    words = {
        "check": _CHECKS.said(finding["check"]),
        "message": _FINDINGS.said(finding["message"]),
        "advice": _ADVICE.said(finding["advice"]),
    }
    return finding | words
