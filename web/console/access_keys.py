"""Access keys, whoever's they are: what pages say about switching them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Self

from flask_babel import gettext

_ACTIVE: Final = "Active"
_INACTIVE: Final = "Inactive"


@dataclass(frozen=True, slots=True)
class Switch:
    """The change of an access key's status.

    Attributes:
        key: the key's id.
        becomes: its status afterwards.
    """

    key: str
    becomes: str

    @classmethod
    def of(cls, key: dict[str, Any]) -> Self:
        """To the status that the key does not have."""
        return cls(key["access_key_id"], _INACTIVE if key["status"] == _ACTIVE else _ACTIVE)

    @property
    def params(self) -> dict[str, str]:
        """How `update_access_key` is told."""
        return {"access_key_id": self.key, "status": self.becomes}

    @property
    def words(self) -> dict[str, str]:
        """Title and button of the page that asks."""
        if self.becomes == _INACTIVE:
            return {"title": gettext("Deactivate access key %(key)s?", key=self.key), "verb": gettext("Deactivate key")}
        return {"title": gettext("Activate access key %(key)s?", key=self.key), "verb": gettext("Activate key")}

    @property
    def done(self) -> str:
        """What to say afterwards."""
        if self.becomes == _INACTIVE:
            return gettext(
                "The access key %(key)s is now inactive. Requests signed with it are refused from now on.", key=self.key
            )
        return gettext("The access key %(key)s is now active. It works again.", key=self.key)


def deletion_words(key: str) -> dict[str, str]:
    """Title and button of the page that asks before a key is deleted."""
    return {"title": gettext("Delete access key %(key)s?", key=key), "verb": gettext("Delete key")}
