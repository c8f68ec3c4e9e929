"""What a stored connection may be; what is wrong has the address of its field."""

from typing import Any

import pytest

from core.aws.book import checked
from core.aws.stored import IdentityCenter, Keys, KeySecret, Profile
from core.errors import Invalid

KEYS = {"kind": "keys", "accessKeyId": "AKIAIOSFODNN7EXAMPLE"}
CENTER = {
    "kind": "identityCenter",
    "startUrl": "https://example.awsapps.com/start",
    "ssoRegion": "eu-central-1",
    "accountId": "123456789012",
    "roleName": "Builder",
}
GOOD: dict[str, Any] = {"name": "prod", "region": "eu-central-1", "source": KEYS}


@pytest.mark.parametrize(
    ("source", "kind"), [(KEYS, Keys), (CENTER, IdentityCenter), ({"kind": "profile", "profile": "work"}, Profile)]
)
def test_there_are_three_sources(source: dict[str, str], kind: type) -> None:
    assert isinstance(checked(**{**GOOD, "source": source}).source, kind)


@pytest.mark.parametrize(
    ("changed", "address"),
    [
        ({"name": ""}, "name"),
        ({"name": "a/b"}, "name"),
        ({"name": "Local"}, "name"),
        ({"name": "x" * 65}, "name"),
        ({"region": "Frankfurt"}, "region"),
        ({"roleArn": "Builder"}, "roleArn"),
        ({"source": {**KEYS, "accessKeyId": "short"}}, "source.accessKeyId"),
        ({"source": {"kind": "profile", "profile": ""}}, "source.profile"),
        ({"source": {**CENTER, "startUrl": "http://example.com"}}, "source.startUrl"),
        ({"source": {**CENTER, "accountId": "123"}}, "source.accountId"),
        ({"source": {"kind": "magic"}}, "source"),
        ({"source": {**KEYS, "secretAccessKey": "s"}}, "source.secretAccessKey"),
        ({"unknown": 1}, "unknown"),
        ({"region": ""}, ""),
        ({"externalId": "x"}, ""),
        ({"source": CENTER, "mfaSerial": "arn"}, ""),
    ],
)
def test_what_is_wrong_has_an_address_and_words(changed: dict[str, Any], address: str) -> None:
    with pytest.raises(Invalid) as caught:
        checked(**{**GOOD, **changed})
    assert [each.address for each in caught.value.problems] == [address]
    assert caught.value.problems[0].message


def test_a_secret_in_the_wrong_field_is_not_repeated() -> None:
    secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzEXAMPLEKEY"
    with pytest.raises(Invalid) as caught:
        checked(**{**GOOD, "source": {**KEYS, "accessKeyId": secret}})
    shown = f"{caught.value} {caught.value.problems} {caught.value.__cause__}"
    assert secret not in shown


def test_a_secrets_text_shows_nothing() -> None:
    assert "hidden" not in repr(KeySecret("hidden", "hidden"))


def test_a_profile_may_bring_its_region() -> None:
    assert checked(name="p", source={"kind": "profile", "profile": "work"}).region == ""
