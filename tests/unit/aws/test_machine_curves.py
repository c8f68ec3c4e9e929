"""Curves from the samples that the local service keeps."""

from math import isnan

from core.aws.machines import CURVES, machine_curves
from core.build.curves import Curves

BUILD = {"instanceId": "i-1", "role": "build", "vcpus": 2, "memoryMiB": 1024}


def curves(*samples: list[float], **machine: object) -> Curves:
    return machine_curves([{**BUILD, "samples": samples, **machine}])


def test_totals_become_rates() -> None:
    found = curves([10.0, 1.0, 500, 0, 0, 0, 0], [12.0, 3.0, 600, 1000, 3000, 50, 150])
    assert found.times == (10.0, 12.0)
    assert [curve.values[1] for curve in found.curves] == [50.0, 600.0, 2000.0, 100.0]
    assert [curve.most for curve in found.curves] == [100.0, 1024 * 2**20, None, None]


def test_between_two_machines_there_is_a_gap() -> None:
    """The next machine's totals begin at nothing: a rate over both would be below zero."""
    samples = [[10.0, 9.0, 500, 9, 9, 9, 9], [11.0, 9.5, 500, 9, 9, 9, 9]]
    second = {**BUILD, "samples": [[20.0, 0.1, 700, 0, 0, 0, 0], [21.0, 0.2, 700, 0, 0, 0, 0]]}
    found = machine_curves([{**BUILD, "samples": samples}, second])
    assert isnan(found.curves[0].values[2])
    assert all(value >= 0 for curve in found.curves for value in curve.values if not isnan(value))


def test_a_build_without_samples_has_empty_curves() -> None:
    assert machine_curves([]).times == ()
    assert [curve.name for curve in machine_curves([]).curves] == [name for name, _ in CURVES]
