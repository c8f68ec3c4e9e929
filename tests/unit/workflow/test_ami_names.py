"""What AMIs are called."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.errors import Invalid
from core.recipe.ami_names import LIMIT, ami_name, formatted

MOMENT = datetime(2022, 7, 28, 1, 14, 17, 416_900, UTC)


def name(template: str | None, image_name: str = "web") -> str:
    return ami_name(template, image_name=image_name, build=3, moment=MOMENT)


@pytest.mark.parametrize("template", [None, ""])
def test_without_a_name_the_image_name_and_the_build_date_make_one(template: str | None) -> None:
    assert name(template) == "web 2022-07-28T01-14-17.416Z"


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("a-{{ imagebuilder:buildDate }}", "a-2022-07-28T01-14-17.416Z"),
        ("{{imagebuilder:buildDate}} {{imagebuilder:buildVersion}}", "2022-07-28T01-14-17.416Z 3"),
        ("a-{{imagebuilder:buildDate:yyyyMMHHss}}", "a-2022070117"),
        ("a-{{ imagebuilder:buildDate:yy-MM-dd HH.mm }}", "a-22-07-28 01.14"),
        ("a-{{ imagebuilder:other }}", "a-{{ imagebuilder:other }}"),
        ("{imagebuilder:buildDate}", "{imagebuilder:buildDate}"),
    ],
)
def test_tags_in_a_name_are_filled_in(template: str, expected: str) -> None:
    assert name(template) == expected


def test_a_date_pattern_keeps_what_it_does_not_know() -> None:
    assert formatted(MOMENT, "yyyyMMdd.SSS-hh Z") == "20220728.416-01 Z"


def test_the_build_date_is_in_utc_wherever_the_moment_was_taken() -> None:
    elsewhere = MOMENT.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert ami_name(None, image_name="web", build=1, moment=elsewhere) == "web 2022-07-28T01-14-17.416Z"


def test_a_default_name_is_never_too_long() -> None:
    assert len(name(None, "w" * 128)) == LIMIT


def test_a_custom_name_that_comes_out_too_long_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        name("w" * 110 + "{{ imagebuilder:buildDate }}")
    assert "134 characters" in caught.value.message
