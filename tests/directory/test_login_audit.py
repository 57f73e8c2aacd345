"""What the audit trail tells of sign-ins, and what it keeps to itself."""

from __future__ import annotations

from typing import Any

import pytest

from adapter import Iam, RequestContext, SignInRefused


def test_a_name_that_nobody_has_is_not_written_down(iam: Iam, directory: Any) -> None:
    with pytest.raises(SignInRefused):
        iam.login.begin(directory.account_id, "My-secret-pass-1", "wrong", RequestContext(source_ip="192.0.2.1"))
    trail = (directory.data / "audit.jsonl").read_text()
    assert '"event":"ConsoleLogin","outcome":"unknown"' in trail
    assert "192.0.2.1" in trail
    assert "My-secret-pass-1" not in trail
