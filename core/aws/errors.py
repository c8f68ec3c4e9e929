"""Botocore's errors, translated where they enter Bakehouse.

Image Builder reports most wrong input as ``InvalidParameterValueException``, a missing resource as
``ResourceNotFoundException`` although hardly any operation models it, and throttling under four names (service
reference, 2.1). Callers want to know one thing: which branch of `core.errors` it is. The service's own sentence is
kept word for word, since it names the parameter; operation, ARN, error code and request id go to `context`.
"""

import re
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

IMAGE_BUILDER: Final = "imagebuilder"
PORTAL: Final = "sso:"
"""Of the portal's actions, which no policy allows but an assignment."""
NOT_FOUND: Final = frozenset(
    {"ResourceNotFoundException", "ResourceNotFound", "NotFoundException", "NoSuchEntity", "ParameterNotFound"}
)
NOT_FOUND_SUFFIX: Final = ".NotFound"
"""As EC2 ends its codes: InvalidAMIID.NotFound."""
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
        "OptInRequired",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "UnauthorizedOperation",
        "UnrecognizedClientException",
    }
)
THROTTLED: Final = frozenset(
    {
        "BandwidthLimitExceeded",
        "CallRateLimitExceededException",
        "EC2ThrottledException",
        "LimitExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "Throttling",
        "ThrottledException",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
EXPIRED: Final = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
SERVER: Final = frozenset({"ServiceUnavailableException", "ServiceException", "InternalFailure", "InternalServerError"})

_UNKNOWN_KEY: Final = "Check the connection's credentials, and that the region is enabled for the account."
HINTS: Final[Mapping[str, str]] = {
    "ResourceAlreadyExistsException": "Choose another name, raise the semanticVersion, or use one such as 1.0.x.",
    "ResourceDependencyException": "Delete what uses it first: pipeline, recipe, then components and configurations.",
    "ResourceInUseException": "Another operation on the same resource is running. Try again in a moment.",
    "IdempotentParameterMismatchException": "The same client token was used with other parameters. Try again.",
    "ServiceQuotaExceededException": "Delete what is no longer needed, or ask AWS for a higher quota.",
    "SignatureDoesNotMatch": "The secret key is wrong, or this machine's clock is off by more than five minutes.",
    "InvalidSignatureException": "The secret key is wrong, or this machine's clock is off by more than five minutes.",
    "InvalidClientTokenId": _UNKNOWN_KEY,
    "UnrecognizedClientException": _UNKNOWN_KEY,
    "AuthFailure": _UNKNOWN_KEY,
    "OptInRequired": "Enable the region for the account, or choose another one.",
}
_ACTION: Final = re.compile(r"not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)")
_EXPLICIT: Final = re.compile(r"with an explicit deny in (an? [a-z -]+policy)")
_WRONG_CODE: Final = "MultiFactorAuthentication failed"


def translate(
    error: ClientError | BotoCoreError, operation: str, subject: str = "", service: str = IMAGE_BUILDER
) -> BakehouseError:
    """The error of ours that says what botocore's says; `subject` is the ARN or name the call was about, `service` the
    prefix of its IAM actions."""
    context = {"operation": operation} | ({"subject": subject} if subject else {})
    if isinstance(error, ClientError):
        return _service_error(error, f"{service}:{operation}", subject, context)
    return _client_side(error, operation, context)


@contextmanager
def translated(operation: str, subject: str = "", service: str = IMAGE_BUILDER) -> Iterator[None]:
    """Run one call of botocore; whatever of its errors comes out is of `core.errors`."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise translate(error, operation, subject, service) from error


def _service_error(error: ClientError, action: str, subject: str, context: dict[str, str]) -> BakehouseError:
    details: Mapping[str, str] = error.response.get("Error", {})
    metadata: Mapping[str, object] = error.response.get("ResponseMetadata", {})
    code = str(details.get("Code") or "")
    status = metadata.get("HTTPStatusCode")
    context = context | {"code": code, "requestId": str(metadata.get("RequestId") or "")}
    said, hint = heard(str(details.get("Message") or "").strip())
    said = said or f"the service answered {code or status} without a message"
    about = f" ({subject})" if subject and subject not in said else ""
    message = f"{context['operation']}{about}: {said}"
    hint = hint or HINTS.get(code, "")
    match code:
        case _ if (
            code in NOT_FOUND
            or code.endswith(NOT_FOUND_SUFFIX)
            or (status == HTTPStatus.NOT_FOUND and code not in SERVER)
        ):
            return NotFound(message, hint=hint or "Check the name, the region and the account.", context=context)
        case _ if code in CONFLICT:
            return Conflict(message, hint=hint, context=context)
        case _ if code in EXPIRED:
            return Denied(message, hint=hint or "The session has expired: sign in again.", context=context)
        case _ if code in DENIED or status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            return _denied(message, hint, action, context)
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


def _denied(message: str, hint: str, action: str, context: dict[str, str]) -> Denied:
    """The missing IAM action is what the service names, else the one of the operation (`context["action"]`)."""
    if hint:
        return Denied(message, hint=hint, context=context)
    if _WRONG_CODE in message:
        return Denied(message, hint="Wait for the device's next code and try again.", context=context)
    if action.startswith(PORTAL):
        hint = "Ask the administrator of Identity Center to assign the account and the role to you."
        return Denied(message, hint=hint, context=context)
    named = _ACTION.search(message)
    action = named[1] if named else action
    forbidden = _EXPLICIT.search(message)
    hint = f"{forbidden[1].capitalize()} forbids {action}." if forbidden else f"Allow {action} for this identity."
    return Denied(message, hint=hint, context={**context, "action": action})


def _client_side(error: BotoCoreError, operation: str, context: Mapping[str, str]) -> BakehouseError:
    message = f"{operation}: {error}"
    match error:
        case boto.NoCredentialsError() | boto.PartialCredentialsError():
            hint = "Configure a profile (aws configure sso) and choose it with --connection."
            return Denied(message, hint=hint, context=context)
        case boto.CredentialRetrievalError(kwargs={"provider": "custom-process"}):
            hint = "The program that the profile names as its credential_process failed. Run it by hand."
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
        case boto.InvalidConfigError():
            return Invalid(message, hint="Correct the profile in the AWS configuration.", context=context)
        case boto.ParamValidationError():
            return Invalid(message, context=context)
        case boto.ProxyConnectionError():
            hint = "Check the proxy: HTTPS_PROXY, and NO_PROXY for what needs none."
            return Unreachable(message, hint=hint, context=context)
        case boto.SSLError():
            hint = "A proxy with a certificate of its own? Name its CA in AWS_CA_BUNDLE."
            return Unreachable(message, hint=hint, context=context)
        case boto.ConnectionError() | boto.HTTPClientError():
            return Unreachable(message, hint="Check the network, and the region's name.", context=context)
        case _:
            return Unreachable(message, context=context)
