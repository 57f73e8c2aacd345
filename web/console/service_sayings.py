"""What the library says of services and of what they say of themselves, for readers of other languages than English."""

from __future__ import annotations

from flask_babel import lazy_gettext

from web.console.sayings import Sayings

_SERVICES = Sayings(
    (
        lazy_gettext("There is no service %(prefix)s."),
        lazy_gettext("No service is registered as %(prefix)s."),
        lazy_gettext("Somebody else has changed the service %(prefix)s meanwhile."),
        lazy_gettext("The definition is of the service %(given)s, not of %(wanted)s."),
        lazy_gettext("Services are the same in every account; only the first account changes them."),
        # The whole definition
        lazy_gettext("The definition is longer than %(most)s bytes; write it as JSON."),
        lazy_gettext("The definition is longer than %(most)s bytes."),
        lazy_gettext("The definition is not JSON: %(name)s stands twice in one object"),
        lazy_gettext("The definition is not %(format)s: %(error)s"),
        lazy_gettext("The definition has more than %(most)s dots in line %(line)s."),
        lazy_gettext("The definition has more than %(most)s levels of nesting."),
        lazy_gettext("The definition has a number that is none, or has no end."),
        lazy_gettext("The definition has a number that is too great."),
        lazy_gettext("The definition has a date or a time; write it as text."),
        lazy_gettext("The definition has half of a surrogate pair."),
        # One place in it
        lazy_gettext("prefix: %(prefix)s is Bindery's own."),
        lazy_gettext("title is longer than %(most)s characters, or can't be printed."),
        lazy_gettext("condition_keys: %(key)s has to be of one of %(types)s."),
        lazy_gettext("resources: an id is longer than %(most)s characters, or can't be printed."),
        lazy_gettext("%(place)s.level has to be one of %(levels)s."),
        lazy_gettext("%(place)s: there is no resource type %(kind)s."),
        lazy_gettext("%(place)s: nobody knows what %(name)s means."),
        lazy_gettext("%(place)s: %(text)s can't be used."),
        lazy_gettext("%(place)s: %(text)s is not an ARN."),
        lazy_gettext("%(place)s is not a table, or its properties are none."),
        lazy_gettext("%(place)s: %(name)s is not a list of texts."),
        lazy_gettext("%(place)s: %(name)s is not a list."),
        lazy_gettext("%(place)s: %(name)s is missing."),
        lazy_gettext("Actions: %(name)s stands twice."),
        lazy_gettext("%(place)s is not a table."),
    )
)


def service_words(message: str) -> str:
    """An error about a service, in the reader's language; as it is where it is about something else."""
    return _SERVICES.said(message)
