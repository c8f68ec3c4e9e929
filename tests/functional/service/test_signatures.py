"""Who is let in: signatures, keys, clocks, sizes."""

import socket
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from core.local.endpoint import proof
from core.local.service.http import BODY_LIMIT
from core.local.service.signature import KeyPair, claim
from tests.functional.service.refusals import refused
from tests.functional.service.running import KEYS, Running, status_of
from tests.functional.service.signing import Answered, own, send, signed

PATH = "/ListComponents"
BODY = b'{"maxResults": 5}'


def _list(service: Running, *, body: bytes = BODY, **changed: str) -> Answered:
    headers = signed(service.url, KEYS, method="POST", path=PATH, body=BODY)
    return send(service.url, "POST", PATH, {**headers, **changed}, body)


def test_a_signed_request_is_let_in(service: Running) -> None:
    assert _list(service).status == 200


def test_an_unsigned_request_is_refused(service: Running) -> None:
    """Without signatures every web page open in a browser on this machine could start builds and read logs."""
    answer = send(service.url, "POST", PATH, {}, BODY)
    assert (answer.status, answer.error) == (403, "MissingAuthenticationTokenException")
    assert "not signed" in answer.body["message"]


def test_a_wrong_key_and_a_wrong_secret_are_told_apart(service: Running) -> None:
    """A client with the key of another home was answered, and built in the wrong one."""
    for keys, code in (
        (KeyPair("BAKEHOUSESOMEONEELSE", KEYS.secret_access_key), "InvalidClientTokenId"),
        (KeyPair(KEYS.access_key_id, "wrong"), "SignatureDoesNotMatch"),
    ):
        for name, call in (("imagebuilder", "list_components"), ("sts", "get_caller_identity")):
            with pytest.raises(ClientError) as caught:
                getattr(service.client(name, keys=keys), call)()
            assert status_of(caught.value) == 403
            assert caught.value.response["Error"]["Code"] == code


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_request_of_another_time_is_refused(minutes: int) -> None:
    """A request overheard or found in a log was good for ever."""
    headers = {key.lower(): value for key, value in signed("http://h", KEYS, method="GET", path="/", body=b"").items()}
    claim(headers, KEYS, datetime.now(UTC) + timedelta(minutes=minutes * 2 / 3))
    with pytest.raises(Exception, match="5 minutes are allowed") as caught:
        claim(headers, KEYS, datetime.now(UTC) + timedelta(minutes=minutes))
    assert getattr(caught.value, "type", "") == "RequestExpired"


def test_the_body_is_part_of_the_signature(service: Running) -> None:
    """With the hash taken from the header, a signed request could be sent on with another body."""
    assert _list(service, body=b'{"maxResults": 6}').error == "SignatureDoesNotMatch"
    other = _list(service, body=BODY, **{"X-Amz-Content-SHA256": "0" * 64})
    assert other.error == "SignatureDoesNotMatch"
    assert _list(service, body=BODY, **{"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"}).error == "SignatureDoesNotMatch"


def test_path_query_and_host_are_part_of_the_signature(service: Running) -> None:
    headers = signed(service.url, KEYS, method="GET", path="/GetComponent?componentBuildVersionArn=a", body=b"")
    other = send(service.url, "GET", "/GetComponent?componentBuildVersionArn=b", headers)
    assert other.error == "SignatureDoesNotMatch"
    assert _list(service, host="evil.example").error == "SignatureDoesNotMatch"


def test_a_signature_without_host_is_refused(service: Running) -> None:
    """A page that rebinds its name to 127.0.0.1 sends its own host; only a signed host keeps it out."""
    headers = signed(service.url, KEYS, method="POST", path=PATH, body=BODY)
    headers["Authorization"] = headers["Authorization"].replace("host;", "")
    assert send(service.url, "POST", PATH, headers, BODY).status == 403


@pytest.mark.parametrize(
    "authorization", ["Bearer x", "AWS4-HMAC-SHA256 Credential=x", "AWS4-HMAC-SHA256 " + "x" * 5000]
)
def test_a_header_that_is_no_signature_is_refused(service: Running, authorization: str) -> None:
    answer = send(service.url, "POST", PATH, {"Authorization": authorization}, BODY)
    assert (answer.status, answer.error) == (403, "IncompleteSignatureException")


def test_a_region_that_is_none_is_refused(service: Running) -> None:
    """The region names a folder of the image store: `../..` led out of it."""
    headers = signed(service.url, KEYS, method="POST", path=PATH, body=BODY, region="..")
    assert send(service.url, "POST", PATH, headers, BODY).status == 403


def test_a_body_of_50_mb_is_refused_before_it_is_read(service: Running) -> None:
    """Read whole before it was refused, ten such requests side by side filled the machine's memory."""
    with socket.create_connection(("127.0.0.1", urlsplit(service.url).port or 0), timeout=30) as connection:
        headers = signed(service.url, KEYS, method="POST", path=PATH, body=BODY)
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        connection.sendall(f"POST {PATH} HTTP/1.1\r\n{head}Content-Length: 52428800\r\n\r\n".encode())
        with connection.makefile("rb") as stream:
            answer = b"".join(iter(stream.readline, b"\r\n")).decode()
            said = stream.read1(1000).decode()
    assert answer.startswith("HTTP/1.1 413 ")
    assert f"larger than the {BODY_LIMIT} bytes" in said


def test_a_client_that_sends_50_mb_gets_to_read_why_not(service: Running) -> None:
    """Closed at once, the connection was reset under the client, which reported a broken pipe."""
    said = refused(
        "RequestEntityTooLargeException",
        service.client().create_component,
        name="huge",
        semanticVersion="1.0.0",
        platform="Linux",
        data="x" * 50_000_000,
    )
    assert "larger than" in said


def test_a_body_without_a_size_is_cut_off_at_the_limit(service: Running) -> None:
    """Chunked, a body has no size to refuse it by, and went on until the memory was full."""
    with socket.create_connection(("127.0.0.1", urlsplit(service.url).port or 0), timeout=30) as connection:
        headers = signed(service.url, KEYS, method="POST", path=PATH, body=BODY)
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        connection.sendall(f"POST {PATH} HTTP/1.1\r\n{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
        for _ in range(40):
            connection.sendall(chunk)
        connection.sendall(b"0\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_an_invalid_request(service: Running, body: bytes) -> None:
    """Brackets nested 100,000 deep ended in a RecursionError, which was answered as a bug of ours."""
    headers = signed(service.url, KEYS, method="POST", path=PATH, body=body)
    answer = send(service.url, "POST", PATH, headers, body)
    assert (answer.status, answer.error) == (400, "InvalidRequestException")


def test_an_operation_of_aws_that_is_not_here_says_so(service: Running) -> None:
    client = service.client()
    said = refused("ServiceException", client.list_lifecycle_policies)
    assert said.startswith("ListLifecyclePolicies of imagebuilder is not supported by the local Image Builder.")
    assert "CreateLogGroup of logs" in refused(
        "ServiceException", service.client("logs").create_log_group, logGroupName="a"
    )


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("ec2", "describe_images"),
        ("s3", "list_buckets"),
        ("ssm", "list_documents"),
        ("iam", "list_roles"),
        ("ecr", "describe_repositories"),
    ],
)
def test_a_service_that_is_not_here_is_named_in_its_own_protocol(service: Running, name: str, call: str) -> None:
    """With one endpoint for all services in the environment, `aws ec2 …` ended in a parser's complaint about XML."""
    said = refused("ServiceException", getattr(service.client(name), call))
    assert f"of {name} is not supported by the local Image Builder" in said


def test_the_service_proves_that_it_knows_the_key(service: Running) -> None:
    nonce = "ab" * 32
    answer = send(service.url, "GET", f"/bakehouse/proof?nonce={nonce}", {})
    assert answer.body == {"proof": proof(KEYS.secret_access_key, nonce)}
    assert send(service.url, "GET", "/bakehouse/proof?nonce=AWS4", {}).status == 400


def test_our_own_scope_is_signed_like_the_rest(service: Running) -> None:
    assert own(service.url, KEYS, "Health").status == 200
    assert own(service.url, KeyPair(KEYS.access_key_id, "wrong"), "Health").status == 403
    body = b"{}"
    headers = signed(service.url, KEYS, method="POST", path="/bakehouse/Health", body=body, service="imagebuilder")
    assert send(service.url, "POST", "/bakehouse/Health", headers, body).error == "ServiceException"
