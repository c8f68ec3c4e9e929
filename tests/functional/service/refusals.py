"""Expecting an error of the API by its code, and its message to read on."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError


def refused(code: str, call: Callable[..., Any], **members: Any) -> str:
    """The message with which the API refuses a call; fails when it doesn't, or for another reason."""
    with pytest.raises(ClientError) as caught:
        call(**members)
    error = caught.value.response["Error"]
    assert error["Code"] == code, error
    return str(error["Message"])


def invalid(call: Callable[..., Any], **members: Any) -> str:
    return refused("InvalidParameterValueException", call, **members)
