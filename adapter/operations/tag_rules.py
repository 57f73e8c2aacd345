"""The rules for tags, the same wherever they stand.

Keys differ by more than case; setting a tag whose key is there replaces it.
Source: AWS IAM user guide, "Tags for AWS Identity and Access Management resources".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from adapter.errors import InvalidInput
from adapter.models import Tag
from adapter.operations.call import Call
from adapter.operations.quotas import hold_to_quota

TagParams = Iterable[Mapping[str, str]]
"""Tags as a call gives them: `{"key": …, "value": …}`."""


def checked_tags(call: Call, quota_name: str, present: Sequence[Tag], given: TagParams) -> tuple[Tag, ...]:
    """All tags after `given` are set beside those that are there.

    Raises:
        InvalidInput: a key is given twice.
        LimitExceeded: there would be too many.
    """
    new = [Tag(key=tag["key"], value=tag["value"]) for tag in given]
    keys = {tag.key.casefold() for tag in new}
    if len(keys) != len(new):
        raise InvalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
    for tag in new:
        if tag.key.casefold().startswith("aws:"):
            raise InvalidInput("Tag keys that start with aws: are reserved for the system.")
    merged = (*(tag for tag in present if tag.key.casefold() not in keys), *new)
    hold_to_quota(call.account, quota_name, len(merged))
    return merged
