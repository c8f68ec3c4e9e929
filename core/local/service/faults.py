"""The API's errors, with the types and texts of AWS (service reference, section 2).

A fault knows its type and text; the HTTP status comes from the service model, but for types that the model lacks.
"""

from http import HTTPStatus

from core.errors import BakehouseError


class Fault(BakehouseError):
    """An error answer of the API: `type` as clients see it in the error code."""

    def __init__(self, type_: str, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.type = type_
        self.status = status


def invalid_value(parameter: str, detail: str) -> Fault:
    """`parameter` is the path into the request: ``distributions[0].region``."""
    message = f"The value supplied for parameter '{parameter}' is not valid. {detail}"
    return Fault("InvalidParameterValueException", message)


def invalid_parameter(message: str) -> Fault:
    """What tag and log operations answer where others say InvalidParameterValueException."""
    return Fault("InvalidParameterException", message)


def invalid_combination(message: str) -> Fault:
    return Fault("InvalidParameterCombinationException", message)


def invalid_request(message: str) -> Fault:
    return Fault("InvalidRequestException", message)


def invalid_version(message: str) -> Fault:
    return Fault("InvalidVersionNumberException", message)


def invalid_token() -> Fault:
    return Fault("InvalidPaginationTokenException", "The pagination token is not valid.")


def not_found(arn: str) -> Fault:
    return Fault("ResourceNotFoundException", f"The resource with ARN '{arn}' does not exist.")


def missing(message: str) -> Fault:
    return Fault("ResourceNotFoundException", message)


def exists(kind: str, arn: str) -> Fault:
    """`kind` in the API's camel case: ImageRecipe."""
    return Fault("ResourceAlreadyExistsException", f"The following resource '{kind}' already exists: '{arn}'.")


def depended_on(arn: str) -> Fault:
    message = f"Resource dependency error: The resource ARN '{arn}' has other resources depended on it."
    return Fault("ResourceDependencyException", message)


def forbidden(message: str) -> Fault:
    return Fault("ForbiddenException", message)


def mismatch(token: str) -> Fault:
    message = f"The client token '{token}' was used before with different parameters."
    return Fault("IdempotentParameterMismatchException", message)


def over_quota(what: str, limit: int) -> Fault:
    return Fault("ServiceQuotaExceededException", f"You've reached the limit of {limit} {what}.")


def dry_run() -> Fault:
    return Fault("DryRunOperationException", "Request would have succeeded, but dryRun flag is set.")


def not_served(operation: str, service: str) -> Fault:
    """An operation this end does not have. Status 501 and not 500, because clients retry the latter for a while."""
    message = (
        f"{operation} of {service} is not supported by the local Image Builder. "
        "Run it on an AWS connection; `bakehouse service differences` lists what is different here."
    )
    return Fault("ServiceException", message, HTTPStatus.NOT_IMPLEMENTED)


def failed() -> Fault:
    message = "The local Image Builder failed on this request. This is a bug in Bakehouse; its service log tells more."
    return Fault("ServiceException", message, HTTPStatus.INTERNAL_SERVER_ERROR)


def too_large(limit: int) -> Fault:
    message = f"The request is larger than the {limit} bytes that the local Image Builder reads."
    return Fault("RequestEntityTooLargeException", message, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def denied(type_: str, message: str) -> Fault:
    """A request whose signature does not hold."""
    return Fault(type_, message, HTTPStatus.FORBIDDEN)
