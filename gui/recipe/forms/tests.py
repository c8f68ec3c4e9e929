"""Tests of the image: whether a second machine is started from it, and how long its tests may take."""

from core.recipe.address import Path
from gui.recipe.forms.bound import TextField, flag, number, truth
from gui.recipe.forms.form import Form
from gui.recipe.forms.workplace import Workplace
from gui.widgets.entry import TextEntry

_SENTENCE = (
    "After the image is made, a new machine starts from it. It runs the test phase of every component, and the test "
    "workflows. Only an image that passes is distributed."
)


class TestsForm(Form):
    def __init__(self, at: Workplace) -> None:
        tests, scanning = ("imageTestsConfiguration",), ("imageScanningConfiguration",)
        super().__init__(at, "test", "Tests", _SENTENCE, places=(tests, scanning))
        self.add(
            TextField(
                at,
                (*tests, "imageTestsEnabled"),
                "Test the image",
                flag("yes"),
                "No saves minutes, and nobody knows whether the image starts.",
                write=truth,
            ),
            TextField(
                at,
                (*tests, "timeoutMinutes"),
                "Time-out in minutes",
                TextEntry("720"),
                "From 60 to 1440. Tests that take longer fail the build.",
                write=number,
            ),
        )
        self.section("Vulnerability scan", (scanning,), lambda: (_scanning(at, scanning),))


def _scanning(at: Workplace, place: Path) -> TextField:
    return TextField(
        at,
        (*place, "imageScanningEnabled"),
        "Scan with Amazon Inspector",
        flag("no"),
        "Runs on the test machine, so tests must be on. Inspector must be active in the account.",
        write=truth,
    )
