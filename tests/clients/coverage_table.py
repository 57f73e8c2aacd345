"""Writes `web/api/OPERATIONS.md`: which of AWS's operations there are. `python -m tests.clients.coverage_table`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from adapter.operations.catalogue import CATALOGUE
from adapter.operations.catalogue.coverage import ABSENT, PARTIAL
from adapter.operations.parameters import service_model

TABLE = Path(__file__).parents[2] / "web" / "api" / "OPERATIONS.md"
SERVICES = {"iam": "IAM, version 2010-05-08", "sts": "STS, version 2011-06-15"}
_HEAD = """# The operations of the IAM and STS APIs
Made from the catalogue and botocore's service models by `python -m tests.clients.coverage_table`; a test holds it to
them.

- **full**: parameters, answers, paging, errors and their wording are AWS's.
- **partial**: so is all but what is named.
- **no**: the call is refused with the code and the reason that stand there.

Quotas that the directory does not have (users, groups, roles and policies of an account) read 2147483647 in
GetAccountSummary.
"""


def actions(service: str) -> list[str]:
    """The actions of a service, by name."""
    return sorted(f"{service}:{name}" for name in service_model(service).operation_names)


def state(action: str) -> str:
    """How much of an operation there is."""
    if action in ABSENT:
        absence = ABSENT[action]
        return f"no: `{absence.error.code}`, {absence.reason}"
    if action in PARTIAL:
        return f"partial: {PARTIAL[action]}"
    return "full" if action in {row.action for row in CATALOGUE.values()} else "no"


def render() -> str:
    """The whole page."""
    parts = [_HEAD]
    for service, title in SERVICES.items():
        rows = [(action, state(action)) for action in actions(service)]
        counts = Counter(found.partition(":")[0] for _, found in rows)
        summary = ", ".join(f"{counts[word]} {word}" for word in ("full", "partial", "no"))
        parts.append(f"\n## {title}\n{len(rows)} operations: {summary}.\n\n| operation | |\n|---|---|\n")
        parts += [f"| {action.partition(':')[2]} | {found} |\n" for action, found in rows]
    return "".join(parts)


if __name__ == "__main__":
    TABLE.write_text(render(), encoding="utf-8")
