"""Botocore's errors, translated where they enter Bakehouse.

Image Builder reports most wrong input as ``InvalidParameterValueException``, a missing resource as
``ResourceNotFoundException`` although hardly any operation models it, and throttling under four names (service
reference, 2.1). Callers want to know one thing: which branch of `core.errors` it is. The service's own sentence is
kept word for word, since it names the parameter; operation, ARN, error code and request id go to `context`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final

from botocore import exceptions as boto
from botocore.exceptions import BotoCoreError, ClientError

from core.errors import (
    BakehouseError,
    Conflict,
    Denied,
    HostFault,
    Invalid,
    Missing,
    NotFound,
    Throttled,
    Unreachable,
    Unsupported,
    heard,
)

NOT_FOUND: Final = frozenset({"ResourceNotFoundException", "ResourceNotFound", "NotFoundException"})
CONFLICT: Final = frozenset(
    {
        "ResourceAlreadyExistsException",
        "ResourceDependencyException",
        "ResourceInUseException",
        "IdempotentParameterMismatchException",
    }
)
DENIED: Final = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "ForbiddenException",
        "IncompleteSignatureException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationTokenException",
        "NotAuthorized",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "UnauthorizedOperation",
        "UnrecognizedClientException",
    }
)
THROTTLED: Final = frozenset(
    {
        "CallRateLimitExceededException",
        "LimitExceededException",
        "RequestLimitExceeded",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
EXPIRED: Final = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
SERVER: Final = frozenset({"ServiceUnavailableException", "ServiceException", "InternalFailure", "InternalServerError"})

HINTS: Final[Mapping[str, str]] = {
    "ResourceAlreadyExistsException": "Choose another name, raise the semanticVersion, or use one such as 1.0.x.",
    "ResourceDependencyException": "Delete what uses it first: pipeline, recipe, then components and configurations.",
    "ResourceInUseException": "Another operation on the same resource is running. Try again in a moment.",
    "IdempotentParameterMismatchException": "The same client token was used with other parameters. Try again.",
    "ServiceQuotaExceededException": "Delete what is no longer needed, or ask AWS for a higher quota.",
    "SignatureDoesNotMatch": "The secret key is wrong, or this machine's clock is off by more than five minutes.",
    "InvalidSignatureException": "The secret key is wrong, or this machine's clock is off by more than five minutes.",
    "InvalidClientTokenId": "The access key id is unknown there. Check the profile's credentials.",
    "UnrecognizedClientException": "The access key id is unknown there. Check the profile's credentials.",
}


def translate(error: ClientError | BotoCoreError, operation: str, subject: str = "") -> BakehouseError:
    """The error of ours that says what botocore's says; `subject` is the ARN or name the call was about."""
    context = {"operation": operation} | ({"subject": subject} if subject else {})
    if isinstance(error, ClientError):
        return _service_error(error, operation, subject, context)
    return _client_side(error, operation, context)


@contextmanager
def translated(operation: str, subject: str = "") -> Iterator[None]:
    """Run one call of botocore; whatever of its errors comes out is of `core.errors`."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise translate(error, operation, subject) from error


def _service_error(error: ClientError, operation: str, subject: str, context: dict[str, str]) -> BakehouseError:
    details: Mapping[str, str] = error.response.get("Error", {})
    metadata: Mapping[str, object] = error.response.get("ResponseMetadata", {})
    code = str(details.get("Code") or "")
    status = metadata.get("HTTPStatusCode")
    context = context | {"code": code, "requestId": str(metadata.get("RequestId") or "")}
    said, hint = heard(str(details.get("Message") or "").strip())
    said = said or f"the service answered {code or status} without a message"
    about = f" ({subject})" if subject and subject not in said else ""
    message = f"{operation}{about}: {said}"
    hint = hint or HINTS.get(code, "")
    match code:
        case _ if code in NOT_FOUND or (status == HTTPStatus.NOT_FOUND and code not in SERVER):
            return NotFound(message, hint=hint or "Check the name, the region and the account.", context=context)
        case _ if code in CONFLICT:
            return Conflict(message, hint=hint, context=context)
        case _ if code in EXPIRED:
            return Denied(message, hint=hint or "The session has expired: sign in again.", context=context)
        case _ if code in DENIED or status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            return Denied(message, hint=hint or f"Allow imagebuilder:{operation} for this identity.", context=context)
        case _ if code in THROTTLED or status == HTTPStatus.TOO_MANY_REQUESTS:
            return Throttled(message, hint=hint or "Wait a little and try again.", context=context)
        case "ServiceQuotaExceededException":
            return Conflict(message, hint=hint, context=context)
        case _ if status == HTTPStatus.NOT_IMPLEMENTED:
            hint = hint or "What differs from AWS: bakehouse service differences"
            return Unsupported(message, hint=hint, context=context)
        case _ if status == HTTPStatus.INSUFFICIENT_STORAGE:
            return HostFault(message, hint=hint, context=context)
        case _ if status == HTTPStatus.FAILED_DEPENDENCY:
            return Missing(message, hint=hint, context=context)
        case _ if code in SERVER or (isinstance(status, int) and status >= HTTPStatus.INTERNAL_SERVER_ERROR):
            return Unreachable(message, hint=hint or "The service had an internal fault. Try again.", context=context)
        case _:
            return Invalid(message, hint=hint, context=context)


def _client_side(error: BotoCoreError, operation: str, context: Mapping[str, str]) -> BakehouseError:
    message = f"{operation}: {error}"
    match error:
        case boto.NoCredentialsError() | boto.PartialCredentialsError():
            hint = "Configure a profile (aws configure sso) and choose it with --connection."
            return Denied(message, hint=hint, context=context)
        case (
            boto.CredentialRetrievalError()
            | boto.TokenRetrievalError()
            | boto.SSOError()
            | boto.LoginError()
            | boto.NoAuthTokenError()
        ):
            return Denied(message, hint="Sign in again (aws sso login).", context=context)
        case boto.ProfileNotFound():
            return NotFound(message, hint="bakehouse connections lists the profiles there are.", context=context)
        case boto.NoRegionError():
            return Invalid(message, hint="Name one with --region.", context=context)
        case boto.ConfigParseError() | boto.ConfigNotFound():
            return HostFault(message, hint="Correct the AWS configuration file named above.", context=context)
        case boto.ParamValidationError():
            return Invalid(message, context=context)
        case boto.ConnectionError() | boto.HTTPClientError():
            return Unreachable(message, hint="Check the network, and the region's name.", context=context)
        case _:
            return Unreachable(message, context=context)
