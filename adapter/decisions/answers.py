"""What a question is answered with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from adapter.decisions.reasons import Reason
from adapter.errors import IamError


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision with its reason, or why there is none, which counts as a denial."""

    allowed: bool
    reason: Reason | None = None
    error: IamError | None = None


class Semantic(StrEnum):
    """How several questions hang together.

    Source: OpenID Authorization API 1.0, "Evaluations semantics".
    """

    EXECUTE_ALL = "execute_all"
    DENY_ON_FIRST_DENY = "deny_on_first_deny"
    PERMIT_ON_FIRST_PERMIT = "permit_on_first_permit"

    def ends_with(self, answer: Answer) -> bool:
        """Whether the questions after this answer are not asked any more."""
        return self is _ENDINGS[answer.allowed]


_ENDINGS: Final = {False: Semantic.DENY_ON_FIRST_DENY, True: Semantic.PERMIT_ON_FIRST_PERMIT}
