"""The scripts of an Identity Center for tests: what its two services answer, one call after the other."""

from datetime import datetime
from typing import Any

from core.aws.identity_center import DEVICE_GRANT
from tests.fakes.signing_in import ScriptedClients

URL = "https://example.awsapps.com/start"
REGISTERED = {"clientId": "client", "clientSecret": "client-secret"}
PAGE = "https://device.sso.eu-central-1.amazonaws.com/?user_code=ABCD-EFGH"


def registers(clients: ScriptedClients, until: int = 4_000_000_000) -> None:
    asked = {"clientName": "Bakehouse", "clientType": "public", "scopes": ["sso:account:access"]}
    clients.stub("sso-oidc").add_response("register_client", {**REGISTERED, "clientSecretExpiresAt": until}, asked)


def begins(clients: ScriptedClients, expires_in: int = 600, interval: int = 5) -> None:
    answer = {
        "deviceCode": "device",
        "userCode": "ABCD-EFGH",
        "verificationUri": "https://device.sso.eu-central-1.amazonaws.com/",
        "verificationUriComplete": PAGE,
        "expiresIn": expires_in,
        "interval": interval,
    }
    clients.stub("sso-oidc").add_response("start_device_authorization", answer, {**REGISTERED, "startUrl": URL})


def is_asked(clients: ScriptedClients, *codes: str) -> None:
    """The token is asked for and refused with each of `codes` in turn."""
    for code in codes:
        clients.stub("sso-oidc").add_client_error("create_token", code, "no", expected_params=_device())


def confirms(clients: ScriptedClients, issued: str = "token-1", hours: float = 8, refresh: str = "") -> None:
    clients.stub("sso-oidc").add_response("create_token", _token(issued, hours, refresh), _device())


def refreshes(clients: ScriptedClients, used: str, token: str, hours: float = 8) -> None:
    asked = {**REGISTERED, "grantType": "refresh_token", "refreshToken": used}
    clients.stub("sso-oidc").add_response("create_token", _token(token, hours, ""), asked)


def refuses_to_refresh(clients: ScriptedClients) -> None:
    clients.stub("sso-oidc").add_client_error("create_token", "InvalidGrantException", "no")


def gives_role(clients: ScriptedClients, key: str, until: datetime, issued: str = "token-1") -> None:
    role = {
        "accessKeyId": key,
        "secretAccessKey": "secret-of-the-role",
        "sessionToken": "session-of-the-role",
        "expiration": int(until.timestamp() * 1000),
    }
    asked = {"accountId": "123456789012", "roleName": "Builder", "accessToken": issued}
    clients.stub("sso").add_response("get_role_credentials", {"roleCredentials": role}, asked)


def refuses_role(clients: ScriptedClients, code: str) -> None:
    clients.stub("sso").add_client_error("get_role_credentials", code, "no", 401 if "Unauth" in code else 403)


def _device() -> dict[str, Any]:
    return {**REGISTERED, "grantType": DEVICE_GRANT, "deviceCode": "device"}


def _token(token: str, hours: float, refresh: str) -> dict[str, Any]:
    more = {"refreshToken": refresh} if refresh else {}
    return {"accessToken": token, "expiresIn": int(hours * 3600), "tokenType": "Bearer", **more}
