"""Which reference keeps a resource from being deleted."""

import pytest

from core.local.service.desk import needs
from core.local.store.resources import Resource
from core.recipe.names import Arn

FAMILY = "arn:aws:imagebuilder:eu-west-1:123456789012:component/nginx"


def _resource(tail: str) -> Resource:
    return Resource(Arn.parse(f"{FAMILY}/{tail}"), {}, "")


@pytest.mark.parametrize(
    ("target", "others", "needed"),
    [
        ("1.2.0/1", [], True),
        ("1.2.0/2", [], False),
        ("1.2.0", [], True),
        ("1.2.0", ["1.2.0/2"], True),
        ("1.2.1", [], False),
        ("1.2.x", [], True),
        ("1.2.x", ["1.2.0/2"], False),
        ("1.2.x", ["1.3.0/1"], True),
        ("x.x.x", ["1.3.0/1"], False),
        ("2.x.x", [], False),
    ],
)
def test_a_reference_needs_what_it_would_lead_to(target: str, others: list[str], needed: bool) -> None:
    assert needs(f"{FAMILY}/{target}", _resource("1.2.0/1"), [_resource(other) for other in others]) is needed
