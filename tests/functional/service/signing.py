"""Requests made by hand, so that tests can sign wrongly."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from core.local.service.signature import KeyPair
from tests.functional.service.running import REGION


@dataclass(frozen=True)
class Answered:
    status: int
    headers: Mapping[str, str]
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def error(self) -> str:
        return self.headers.get("x-amzn-errortype", "")


def signed(
    url: str, keys: KeyPair, *, method: str, path: str, body: bytes, service: str = "imagebuilder", region: str = REGION
) -> dict[str, str]:
    """The headers of a rightly signed request."""
    request = AWSRequest(method=method, url=f"{url}{path}", data=body, headers={"host": urlsplit(url).netloc})
    SigV4Auth(Credentials(keys.access_key_id, keys.secret_access_key), service, region).add_auth(request)
    return dict(request.headers.items())


def send(url: str, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Answered:
    """Send the request as it is and read the answer."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=30)
    try:
        connection.request(method, path, body=body, headers=dict(headers))
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answered(response.status, found, json.loads(response.read() or b"{}"))
    finally:
        connection.close()


def own(url: str, keys: KeyPair, operation: str, **members: Any) -> Answered:
    """A request of the scope `bakehouse`."""
    body = json.dumps(members).encode()
    path = f"/bakehouse/{operation}"
    return send(url, "POST", path, signed(url, keys, method="POST", path=path, body=body, service="bakehouse"), body)
