"""SigV4 as a server sees it: the signature is computed again with botocore's own signer and compared.

What a signature protects here is everything: method, path, query, host and, because the body's hash is taken from the
body itself and never from a header, every byte of the request. A signature is good for five minutes.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from core.catalog.regions import REGIONS
from core.local.service.faults import denied
from core.local.service.wire import Request

SKEW = timedelta(minutes=5)

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/,\s]{1,128})/(?P<date>\d{8})/(?P<region>[^/,\s]{1,64})"
    r"/(?P<service>[^/,\s]{1,64})/aws4_request,\s*SignedHeaders=(?P<headers>[a-z0-9;\-_]{1,4096}),\s*Signature=(?P<signature>[0-9a-f]{64})",
    re.ASCII,
)
_TIME = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class KeyPair:
    access_key_id: str
    secret_access_key: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What an Authorization header says, before it is proved."""

    access_key_id: str
    date: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str
    timestamp: str


def claim(headers: Mapping[str, str], keys: KeyPair, now: datetime) -> Claim:
    """What can be refused before the body is read: no signature, an unknown key, a signature of another time."""
    authorization = headers.get("authorization", "")
    if not authorization:
        raise denied("MissingAuthenticationTokenException", "The request is not signed. Sign it with SigV4.")
    match = _AUTHORIZATION.fullmatch(authorization.strip())
    if match is None:
        raise denied("IncompleteSignatureException", "The Authorization header is not a SigV4 signature.")
    if not hmac.compare_digest(match["key"].encode(), keys.access_key_id.encode()):
        message = "The access key is not the one of this local Image Builder. `bakehouse service env` prints it."
        raise denied("InvalidClientTokenId", message)
    signed = tuple(match["headers"].split(";"))
    timestamp = headers.get("x-amz-date", "")
    if "host" not in signed or "x-amz-date" not in signed or any(name not in headers for name in signed):
        raise denied("SignatureDoesNotMatch", "The headers host and x-amz-date must be sent and signed.")
    _in_time(timestamp, match["date"], now)
    if match["region"] not in REGIONS:
        raise denied("SignatureDoesNotMatch", f"The credential scope's region '{match['region']}' is none of AWS.")
    return Claim(match["key"], match["date"], match["region"], match["service"], signed, match["signature"], timestamp)


def verify(request: Request, claimed: Claim, keys: KeyPair) -> None:
    """Raise a fault unless the claim's signature is the one of this very request under our secret."""
    signed = AWSRequest(
        method=request.method,
        url=f"http://{request.headers['host']}{request.path}" + (f"?{request.query}" if request.query else ""),
        headers={name: request.headers[name] for name in claimed.signed_headers},
        data=request.body,
    )
    signed.context["timestamp"] = claimed.timestamp
    declared = request.headers.get("x-amz-content-sha256")
    if declared is not None and not hmac.compare_digest(
        declared.encode(), hashlib.sha256(request.body).hexdigest().encode()
    ):
        raise denied("SignatureDoesNotMatch", "x-amz-content-sha256 is not the hash of the request's body.")
    signer = SigV4Auth(Credentials(keys.access_key_id, keys.secret_access_key), claimed.service, claimed.region)
    text = signer.string_to_sign(signed, signer.canonical_request(signed))
    if not hmac.compare_digest(signer.signature(text, signed).encode(), claimed.signature.encode()):
        message = "The signature does not match the request. Check the secret access key and the signing method."
        raise denied("SignatureDoesNotMatch", message)


def scope_service(headers: Mapping[str, str]) -> str:
    """The service that an Authorization header names, proved or not, "" if none."""
    match = _AUTHORIZATION.fullmatch(headers.get("authorization", "").strip())
    return match["service"] if match else ""


def _in_time(timestamp: str, date: str, now: datetime) -> None:
    try:
        signed_at = datetime.strptime(timestamp, _TIME).replace(tzinfo=UTC)
    except ValueError as error:
        raise denied("SignatureDoesNotMatch", "x-amz-date is not a time like 20260102T030405Z.") from error
    if abs(now - signed_at) > SKEW or not timestamp.startswith(date):
        message = f"The request was signed at {timestamp}, and it is {now.strftime(_TIME)} now; 5 minutes are allowed."
        raise denied("RequestExpired", message)
