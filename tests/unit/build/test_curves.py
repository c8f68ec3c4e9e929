"""Machine curves: read at a moment, continued by later samples, refused when they don't fit together."""

from math import nan

import pytest

from core.build.curves import Curve, Curves, Unit
from core.errors import Invalid


def made(times: tuple[float, ...], *values: float, name: str = "Processors") -> Curves:
    return Curves(times, (Curve(name, Unit.PERCENT, values, 100.0),))


def test_a_curve_is_at_a_moment_what_it_was_last_sampled_as() -> None:
    curves = made((10.0, 11.0, 12.0), 5.0, nan, 7.0)
    assert curves.at(9.9) == (None,)
    assert curves.at(10.5) == (5.0,)
    assert curves.at(11.5) == (None,)
    assert curves.at(12.0) == (7.0,)
    assert curves.at(12.1) == (None,)


def test_samples_that_come_twice_count_once() -> None:
    grown = made((1.0, 2.0), 10.0, 20.0).then(made((2.0, 3.0), 99.0, 30.0))
    assert grown.times == (1.0, 2.0, 3.0)
    assert grown.curves[0].values == (10.0, 20.0, 30.0)
    assert Curves().then(grown) == grown


def test_curves_without_any_number_are_nothing_to_show() -> None:
    assert not Curves().anything
    assert not made((1.0,), nan).anything
    assert made((1.0, 2.0), nan, 0.0).anything


def test_what_is_no_curve_is_refused_by_name() -> None:
    with pytest.raises(Invalid, match="Processors"):
        made((1.0, 2.0), 5.0)
    with pytest.raises(Invalid, match="order"):
        made((2.0, 1.0), 5.0, 6.0)
    with pytest.raises(Invalid, match="same curves"):
        made((1.0,), 5.0).then(made((2.0,), 5.0, name="Memory"))
