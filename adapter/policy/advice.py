"""What AWS stores but a careful author would mend."""

from __future__ import annotations

from adapter.policy.refusals import Check

CHECKS: tuple[Check, ...] = ()
