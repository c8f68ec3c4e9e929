"""S3 addresses and where a download lands."""

import pytest

from core.errors import Invalid
from core.local.toe.modules.entry import find_pattern
from core.local.toe.outside import S3Place


@pytest.mark.parametrize(
    ("uri", "bucket", "key"),
    [
        ("s3://bakery/a/b", "bakery", "a/b"),
        ("s3://bakery/", "bakery", ""),
        ("s3://bakery", "bakery", ""),
        ("s3://my.bakery-1/*", "my.bakery-1", "*"),
    ],
)
def test_an_s3_address_is_a_bucket_and_a_key(uri: str, bucket: str, key: str) -> None:
    assert S3Place.parse(uri) == S3Place(bucket, key)


@pytest.mark.parametrize(
    "uri", ["", "s3://", "s3:///a", "S3://bakery/a", "http://bakery/a", "s3://../a", "s3://A/b", "/a"]
)
def test_what_is_no_s3_address_is_invalid(uri: str) -> None:
    with pytest.raises(Invalid, match="not an S3 address"):
        S3Place.parse(uri)


def test_only_the_star_is_special_in_a_pattern() -> None:
    assert find_pattern(r"a*[b]?\c") == r"a*\[b\]\?\\c"
