"""Slugs, versions and ARNs as Image Builder makes them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.recipe.names import (
    MAX_NODE,
    RESOURCE_NAME,
    Arn,
    Version,
    is_wildcard,
    newest_match,
    next_version,
    slug,
    wildcard_ok,
)

VERSIONS = [Version.parse(text) for text in ("2.2.4", "1.7.8", "1.6.8", "1.6.12")]
NODES = st.integers(0, MAX_NODE)


def test_a_slug_is_lower_case_with_hyphens() -> None:
    assert slug("My Component_v2") == "my-component-v2"
    assert slug("a  b") == "a--b"


@pytest.mark.parametrize(
    ("pattern", "newest"), [("x.x.x", "2.2.4"), ("1.x.x", "1.7.8"), ("1.6.x", "1.6.12"), ("1.6.8", "1.6.8")]
)
def test_a_wildcard_matches_the_highest_version_under_it(pattern: str, newest: str) -> None:
    assert str(newest_match(pattern, VERSIONS)) == newest


def test_nothing_matches_where_no_version_is() -> None:
    assert newest_match("3.x.x", VERSIONS) is None
    assert newest_match("x.x.x", []) is None


@pytest.mark.parametrize(
    "text", ["x.2.x", "1.x.8", "1.2", "1.2.3.4", "a.b.c", "", "1.2.-3", "1.2.1073741824", "01.2.3"]
)
def test_a_wildcard_stands_last(text: str) -> None:
    assert not wildcard_ok(text)
    with pytest.raises(ValueError, match="not a version"):
        newest_match(text, VERSIONS)


def test_a_wildcard_is_an_x_among_the_nodes() -> None:
    assert is_wildcard("1.0.x")
    assert not is_wildcard("1.0.0")


@pytest.mark.parametrize(
    ("pattern", "created"),
    [
        ("1.6.x", "1.6.13"),
        ("1.x.x", "1.8.0"),
        ("x.x.x", "3.0.0"),
        ("3.1.x", "3.1.0"),
        ("3.x.x", "3.0.0"),
        ("9.9.9", "9.9.9"),
    ],
)
def test_creating_with_a_wildcard_counts_its_first_node_up(pattern: str, created: str) -> None:
    assert str(next_version(pattern, VERSIONS)) == created


def test_an_empty_series_starts_at_its_lowest() -> None:
    assert str(next_version("x.x.x", [])) == "0.0.1"


def test_a_used_up_series_is_refused() -> None:
    with pytest.raises(ValueError, match="no version is left"):
        next_version("1.0.x", [Version(1, 0, MAX_NODE)])


@settings(database=None)
@given(NODES, NODES, NODES)
def test_a_version_reads_back_as_itself(major: int, minor: int, patch: int) -> None:
    version = Version(major, minor, patch)
    assert Version.parse(str(version)) == version
    assert wildcard_ok(str(version))


def test_versions_compare_by_number() -> None:
    assert Version.parse("1.10.0") > Version.parse("1.9.9")


@pytest.mark.parametrize("text", ["1.0", "1.0.x", "1.0.0.0", "١.0.0", "1.0.1073741824", "1..0", "-1.0.0"])
def test_a_version_has_three_whole_numbers_below_two_to_the_30(text: str) -> None:
    with pytest.raises(ValueError, match=r"1073741823|not a version"):
        Version.parse(text)


ARNS = [
    "arn:aws:imagebuilder:eu-central-1:123456789012:component/nginx/1.0.0/1",
    "arn:aws:imagebuilder:us-east-1:aws:component/update-linux/x.x.x",
    "arn:aws-cn:imagebuilder:cn-north-1:123456789012:image-recipe/web/1.0.0",
    "arn:aws:imagebuilder:eu-west-1:123456789012:infrastructure-configuration/web",
    "arn:aws:imagebuilder:eu-west-1:aws:workflow/build/build-image/1.0.2/1",
    "arn:aws:imagebuilder:eu-west-1:123456789012:image/web/1.x.x",
    "arn:aws:imagebuilder:eu-west-1:third-party:component/crowd_strike/1.2.3",
]


@pytest.mark.parametrize("text", ARNS)
def test_an_arn_reads_back_as_itself(text: str) -> None:
    assert str(Arn.parse(text)) == text


def test_an_arn_tells_its_parts() -> None:
    arn = Arn.parse(ARNS[4])
    assert (arn.owner, arn.type, arn.workflow_type, arn.name, arn.version, arn.build) == (
        "aws",
        "workflow",
        "build",
        "build-image",
        "1.0.2",
        1,
    )
    assert str(arn.without_build()) == ARNS[4].removesuffix("/1")
    assert str(arn.without_version().with_version("x.x.x")).endswith("/build-image/x.x.x")
    assert arn.with_build(3).build == 3


@pytest.mark.parametrize(
    "text",
    [
        "ami-12345678",
        "arn:aws:ec2:eu-west-1::image/ami-12345678",
        "arn:aws:imagebuilder:eu-west-1:12345:component/a/1.0.0",
        "arn:aws:imagebuilder:eu-west-1:123456789012:component/A/1.0.0",
        "arn:aws:imagebuilder:eu-west-1:123456789012:workflow/build-image/1.0.0",
        "arn:aws:imagebuilder:eu-west-1:123456789012:component/build/a/1.0.0",
        "arn:aws:imagebuilder:eu-west-1:123456789012:component/a/1.x.0",
        "arn:aws:imagebuilder:eu-west-1:123456789012:component/a/1.0.x/1",
        "arn:aws:imagebuilder:eu-west-1:123456789012:component/a/1.0.0/0",
        "arn:aws:imagebuilder:eu-west-1:123456789012:component/a/1.0.0\n",
    ],
)
def test_what_is_no_image_builder_arn_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"Image Builder ARN|wrong place"):
        Arn.parse(text)


@pytest.mark.parametrize(
    ("name", "fits"), [("abc", True), ("My App_1", True), ("ab", False), (" abc", False), ("a/b", False)]
)
def test_a_resource_name_has_3_to_128_characters_and_blanks_inside_only(name: str, fits: bool) -> None:
    assert bool(RESOURCE_NAME.fullmatch(name)) is fits
