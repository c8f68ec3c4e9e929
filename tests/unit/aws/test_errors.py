"""Botocore's errors become those of the tree, with the service's words, a hint and facts."""

from collections.abc import Callable

import pytest
from botocore import exceptions as boto
from botocore.exceptions import BotoCoreError, ClientError

from core.aws.errors import translate, translated
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
)

ARN = "arn:aws:imagebuilder:eu-central-1:123456789012:component/nginx/1.0.0/1"


def service_error(code: str, status: int = 400, message: str = "no") -> ClientError:
    metadata = {"HTTPStatusCode": status, "RequestId": "r-1"}
    return ClientError({"Error": {"Code": code, "Message": message}, "ResponseMetadata": metadata}, "GetComponent")


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("ResourceNotFoundException", 404, NotFound),
        ("404", 404, NotFound),
        ("ResourceAlreadyExistsException", 400, Conflict),
        ("ResourceDependencyException", 400, Conflict),
        ("ResourceInUseException", 400, Conflict),
        ("IdempotentParameterMismatchException", 400, Conflict),
        ("ServiceQuotaExceededException", 402, Conflict),
        ("InvalidParameterValueException", 400, Invalid),
        ("InvalidRequestException", 400, Invalid),
        ("ClientException", 400, Invalid),
        ("ForbiddenException", 403, Denied),
        ("AccessDeniedException", 403, Denied),
        ("ExpiredTokenException", 400, Denied),
        ("InvalidSignatureException", 403, Denied),
        ("SomethingNew", 403, Denied),
        ("RequestExpired", 400, Denied),
        ("UnauthorizedOperation", 403, Denied),
        ("OptInRequired", 401, Denied),
        ("InvalidAMIID.NotFound", 400, NotFound),
        ("NoSuchEntity", 404, NotFound),
        ("ParameterNotFound", 400, NotFound),
        ("RequestLimitExceeded", 503, Throttled),
        ("SlowDown", 503, Throttled),
        ("CallRateLimitExceededException", 429, Throttled),
        ("ThrottlingException", 400, Throttled),
        ("ServiceException", 500, Unreachable),
        ("ServiceException", 501, Unsupported),
        ("ServiceException", 507, HostFault),
        ("ServiceException", 424, Missing),
        ("ServiceUnavailableException", 503, Unreachable),
        ("SomethingNew", 502, Unreachable),
        ("SomethingNew", 400, Invalid),
    ],
)
def test_a_service_error_is_of_the_branch_that_says_what_to_do(
    code: str, status: int, kind: type[BakehouseError]
) -> None:
    assert type(translate(service_error(code, status), "GetComponent", ARN)) is kind


def test_the_services_words_are_kept_with_operation_and_subject() -> None:
    said = "The value supplied for parameter 'data' is not valid."
    error = translate(service_error("InvalidParameterValueException", message=said), "CreateComponent", "nginx")
    assert error.message == f"CreateComponent (nginx): {said}"
    assert dict(error.context) == {
        "operation": "CreateComponent",
        "subject": "nginx",
        "code": "InvalidParameterValueException",
        "requestId": "r-1",
    }


def test_the_local_services_hint_stays_a_hint() -> None:
    error = service_error("ServiceException", 424, "qemu-img is not installed. Hint: apt-get install qemu-utils")
    found = translate(error, "ExportImage")
    assert (found.message, found.hint) == (
        "ExportImage: qemu-img is not installed.",
        "apt-get install qemu-utils",
    )


def test_an_arn_the_service_names_itself_is_not_said_twice() -> None:
    error = translate(service_error("ResourceNotFoundException", 404, f"{ARN} does not exist."), "GetComponent", ARN)
    assert error.message.count(ARN) == 1


def test_an_error_without_words_still_says_something() -> None:
    error = translate(service_error("SomethingNew", message=""), "GetImage")
    assert "SomethingNew" in error.message


def test_an_operation_that_is_not_there_is_unsupported_and_says_where_to_look() -> None:
    error = translate(service_error("ServiceException", 501, "ImportVmImage is not supported here."), "ImportVmImage")
    assert isinstance(error, Unsupported)
    assert "differences" in error.hint


def test_a_missing_permission_names_the_action_to_allow() -> None:
    error = translate(service_error("AccessDeniedException", 403), "CreateComponent")
    assert "imagebuilder:CreateComponent" in error.hint


def test_the_action_that_the_service_names_wins_over_the_operations() -> None:
    said = "User: arn:aws:iam::123456789012:user/me is not authorized to perform: iam:PassRole on resource: x"
    error = translate(service_error("AccessDenied", 403, said), "CreateInfrastructureConfiguration")
    assert (error.hint, error.context["action"]) == ("Allow iam:PassRole for this identity.", "iam:PassRole")


def test_an_action_is_of_its_service() -> None:
    error = translate(service_error("UnauthorizedOperation", 403), "DescribeSubnets", service="ec2")
    assert error.hint == "Allow ec2:DescribeSubnets for this identity."


def test_an_explicit_deny_names_the_policy_that_forbids() -> None:
    said = (
        "User: me is not authorized to perform: imagebuilder:ListImages on resource: * "
        "with an explicit deny in a service control policy"
    )
    error = translate(service_error("AccessDeniedException", 403, said), "ListImages")
    assert error.hint == "A service control policy forbids imagebuilder:ListImages."


def test_a_wrong_code_is_not_a_missing_permission() -> None:
    said = "MultiFactorAuthentication failed with invalid MFA one time pass code."
    error = translate(service_error("AccessDenied", 403, said), "GetSessionToken", service="sts")
    assert "next code" in error.hint


@pytest.mark.parametrize("code", ["ExpiredToken", "ExpiredTokenException", "RequestExpired"])
def test_an_expired_session_says_to_sign_in(code: str) -> None:
    assert "sign in again" in translate(service_error(code, 403), "ListImages").hint


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: boto.ProxyConnectionError(proxy_url="http://p"), "HTTPS_PROXY"),
        (lambda: boto.SSLError(endpoint_url="https://x", error="self-signed"), "AWS_CA_BUNDLE"),
        (lambda: boto.EndpointConnectionError(endpoint_url="https://x"), "network"),
        (lambda: boto.InvalidConfigError(error_msg="no such sso-session"), "profile"),
        (lambda: boto.CredentialRetrievalError(provider="custom-process", error_msg="1"), "credential_process"),
    ],
)
def test_trouble_on_the_way_says_what_to_look_at(make: Callable[[], BotoCoreError], words: str) -> None:
    assert words in translate(make(), "ListImages").hint


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (boto.NoCredentialsError, Denied),
        (lambda: boto.PartialCredentialsError(provider="env", cred_var="x"), Denied),
        (boto.UnauthorizedSSOTokenError, Denied),
        (lambda: boto.TokenRetrievalError(provider="sso", error_msg="expired"), Denied),
        (lambda: boto.ProfileNotFound(profile="prod"), NotFound),
        (boto.NoRegionError, Invalid),
        (lambda: boto.ParamValidationError(report="bad"), Invalid),
        (lambda: boto.ConfigParseError(path="~/.aws/config"), HostFault),
        (lambda: boto.EndpointConnectionError(endpoint_url="http://x"), Unreachable),
        (lambda: boto.ConnectTimeoutError(endpoint_url="http://x"), Unreachable),
        (lambda: boto.ReadTimeoutError(endpoint_url="http://x"), Unreachable),
        (lambda: boto.ConnectionClosedError(endpoint_url="http://x"), Unreachable),
    ],
)
def test_an_error_on_this_side_is_of_the_branch_that_says_what_to_do(
    make: Callable[[], BotoCoreError], kind: type[BakehouseError]
) -> None:
    error = translate(make(), "GetImage")
    assert type(error) is kind
    assert error.hint or kind is Invalid


def test_a_call_raises_our_error_from_the_original() -> None:
    original = service_error("ResourceNotFoundException", 404)
    with pytest.raises(NotFound) as caught, translated("GetImage", ARN):
        raise original
    assert caught.value.__cause__ is original


def test_other_exceptions_pass() -> None:
    with pytest.raises(ZeroDivisionError), translated("GetImage"):
        raise ZeroDivisionError
