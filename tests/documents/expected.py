"""What the example documents ex1.yml … ex5.yml must give, on a fake guest and in a real machine alike.

From the AWSTOE user guide by way of our notes on it. `status` and `outputs` are of steps by "phase.step"; a step not
named under `outputs` may put out anything. `status` of the run follows `core.local.toe.choices` where AWS is silent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Expected:
    """One run of one example: what it is given, and what comes out. `files` are contents in the guest afterwards."""

    name: str
    phases: tuple[str, ...]
    status: Literal["success", "failed", "timedOut"]
    document_status: str
    statuses: Mapping[str, str]
    outputs: Mapping[str, Mapping[str, str]]
    parameters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    executed: int = 0
    failed: int = 0
    ignored: int = 0
    skipped: int = 0
    reboots: int = 0
    failed_step: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    modes: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return (FOLDER / f"{self.name}.yml").read_text(encoding="utf-8")


EXPECTED: tuple[Expected, ...] = (
    Expected(
        name="ex1",
        phases=("build",),
        parameters={"Greeting": ("hello",)},
        status="success",
        document_status="success",
        statuses={"build.Make": "success", "build.Use": "success"},
        outputs={"build.Make": {"stdout": "hello world"}, "build.Use": {"stdout": "[hello world][unset]"}},
        executed=2,
    ),
    Expected(
        name="ex2",
        phases=("build",),
        status="success",
        document_status="success",
        statuses=dict.fromkeys(("build.Hosts", "build.Each", "build.Countdown", "build.After"), "success"),
        outputs={
            "build.Hosts": {"stdout": "a\nb\nc"},
            "build.Each": {"stdout": "0=a\n1=b\n2=c"},
            "build.Countdown": {"stdout": "0:3\n1:2\n2:1"},
        },
        executed=4,
    ),
    Expected(
        name="ex3",
        phases=("validate",),
        status="success",
        document_status="successWithIgnoredFailure",
        statuses={
            "validate.Version": "success",
            "validate.MustSkip": "skipped",
            "validate.NestedThen": "success",
            "validate.Numbers": "success",
            "validate.SoftFail": "ignoredFailure",
        },
        outputs={"validate.Version": {"stdout": "2.10"}, "validate.NestedThen": {"stdout": "ran"}},
        executed=4,
        ignored=1,
        skipped=1,
    ),
    Expected(
        name="ex4",
        phases=("build",),
        status="timedOut",
        document_status="timedOut",
        statuses={
            "build.Flaky": "success",
            "build.Masked": "success",
            "build.Slow": "timedOut",
            "build.StillRuns": "success",
            "build.Guard": "failed",
            "build.NotReached": "notExecuted",
        },
        outputs={"build.Masked": {"stdout": "last command decides"}, "build.StillRuns": {"stdout": "yes"}},
        executed=5,
        failed=2,
        failed_step="Slow",
        files={"/var/tmp/ex4": "3\n"},
    ),
    Expected(
        name="ex5",
        phases=("build",),
        status="success",
        document_status="success",
        statuses=dict.fromkeys(
            (f"build.{step}" for step in ("Dir", "Files", "Append", "Copy", "Listing", "RebootOnce", "AfterReboot")),
            "success",
        ),
        outputs={
            "build.Listing": {"files": "/var/tmp/ex5/a.conf,/var/tmp/ex5/b.conf"},
            "build.AfterReboot": {"stdout": "/var/tmp/ex5/a.conf,/var/tmp/ex5/b.conf"},
        },
        executed=7,
        reboots=1,
        files={
            "/var/tmp/ex5/a.conf": "alpha",
            "/var/tmp/ex5/b.conf": "beta",
            "/var/tmp/ex5/out/a.conf": "alpha",
            "/var/tmp/ex5/out/b.conf": "beta",
        },
        modes={"/var/tmp/ex5/a.conf": "640"},
    ),
    Expected(
        name="ex5",
        phases=("test",),
        status="success",
        document_status="success",
        statuses={"test.BareReboot": "success", "test.Resumed": "success"},
        outputs={"test.Resumed": {"stdout": "resumed"}},
        executed=2,
        reboots=1,
    ),
)
