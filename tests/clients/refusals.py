"""Expecting a refusal, as boto3 shows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from botocore.exceptions import ClientError


@contextmanager
def refused(code: str, status: int, message: str = "") -> Iterator[None]:
    """The call in this block is refused with that code and status, and a message that contains those words."""
    with pytest.raises(ClientError) as caught:
        yield
    response = caught.value.response
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == (code, status), response
    assert message in response["Error"]["Message"]
    assert response["Error"]["Type"] == ("Sender" if status < 500 else "Receiver")
    assert response["ResponseMetadata"]["RequestId"]
    assert response["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"] == response["ResponseMetadata"]["RequestId"]
