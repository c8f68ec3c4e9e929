"""Ten ways to break a build, each run for real but for the machine: the first line of the cause names the true one.

What apt prints without a network, or for a package that nobody has, is printed by the step itself, because nothing may
be installed on the computer that runs the tests.
"""

import re
from dataclasses import dataclass

import pytest

from core.build.cause import Cause, cause
from core.build.chart import Kind, chart
from core.build.events import RunOpened
from core.build.run import Run, replay
from core.build.watch import LOCAL, watch
from core.errors import MachineFault
from core.recipe.component import parse_component
from tests.fakes.source import START, FakeTime
from tests.functional.build.baked_records import BakerySource
from tests.functional.toe.conftest import namespaces
from tests.functional.workflow.conftest import Bakery, bakery

__all__ = ["bakery", "namespaces"]

pytestmark = pytest.mark.usefixtures("namespaces")


@dataclass(frozen=True, slots=True)
class Broken:
    """A component that breaks its build, what the first line says of it, and the known failure that it is."""

    name: str
    steps: str
    says: str
    known: str
    phase: str = "build"
    reboots: int = 0

    @property
    def document(self) -> str:
        lines = "\n".join(f"      {line}" for line in self.steps.strip().splitlines())
        return f"schemaVersion: 1.0\nphases:\n  - name: {self.phase}\n    steps:\n{lines}\n"


BROKEN = (
    Broken(
        "package-missing",
        """
- name: Install
  action: ExecuteBash
  inputs:
    commands:
      - echo 'Reading package lists...'
      - |
        echo 'E: Unable to locate package ngnix' >&2
      - exit 100
""",
        r"Unable to locate package ngnix",
        "package-missing",
    ),
    Broken(
        "bash-syntax",
        """
- name: Install
  action: ExecuteBash
  inputs:
    commands:
      - echo one
      - if true; then echo two
""",
        r"line \d+: syntax error: unexpected end of file",
        "bash-syntax",
    ),
    Broken(
        "timeout",
        """
- name: Compile
  action: ExecuteBash
  timeoutSeconds: 1
  inputs: {commands: ['echo linking >&2; sleep 60']}
""",
        r"the step timed out after 1 s",
        "step-timeout",
    ),
    Broken(
        "disk-full",
        """
- name: Unpack
  action: ExecuteBash
  inputs:
    commands:
      - set -e
      - echo loaf >/dev/full
""",
        r"No space left on device",
        "disk-full",
    ),
    Broken(
        "assert-fails",
        """
- name: Status
  action: ExecuteBash
  inputs: {commands: ['echo 502']}
- name: AnswersOk
  action: Assert
  inputs: {stringEquals: '200', value: '{{ build.Status.outputs.stdout }}'}
""",
        r"the assertion is false: '502' stringEquals '200'",
        "assertion",
    ),
    Broken(
        "reboot-loop",
        """
- name: Kernel
  action: ExecuteBash
  inputs: {commands: ['exit 194']}
""",
        r"asked for more than 15 reboots",
        "reboot-loop",
        reboots=16,
    ),
    Broken(
        "port-closed",
        """
- name: FetchPage
  action: ExecuteBash
  inputs: {commands: ['exec 3<>/dev/tcp/127.0.0.1/9']}
""",
        r"Connection refused",
        "port-closed",
        phase="test",
    ),
    Broken(
        "no-network",
        """
- name: Lists
  action: ExecuteBash
  inputs:
    commands:
      - |
        echo "W: Failed to fetch http://deb.debian.org/InRelease  Temporary failure resolving 'deb.debian.org'" >&2
        echo 'W: Some index files failed to download. They have been ignored, or old ones used instead.' >&2
- name: Install
  action: ExecuteBash
  inputs: {commands: ["echo 'E: Unable to locate package nginx' >&2; exit 100"]}
""",
        r"Temporary failure resolving 'deb.debian.org'",
        "no-network",
    ),
    Broken(
        "wrong-permission",
        """
- name: Configure
  action: ExecuteBash
  inputs: {commands: ["echo echo hi >/opt/run.sh; chmod 644 /opt/run.sh", /opt/run.sh]}
""",
        r"/opt/run\.sh: Permission denied",
        "not-executable",
    ),
)


def followed(bakery: Bakery, arn: str) -> Run:
    opened = RunOpened(at=START, image_arn=arn, recipe_name="web", connection="local", region="eu-central-1")
    time = FakeTime()
    news = watch(BakerySource(bakery), replay([opened]), pace=LOCAL, clock=time.clock, sleep=time.sleep)
    return replay([opened, *news])


def explained(run: Run, component: str, document: str) -> Cause:
    found = cause(run, {component: parse_component(document)})
    assert found is not None
    return found


@pytest.mark.parametrize("broken", BROKEN, ids=[each.name for each in BROKEN])
async def test_the_first_line_names_the_true_cause(bakery: Bakery, broken: Broken) -> None:
    component = bakery.component(broken.name, broken.document)
    arn = bakery.image(components=(component,))
    await bakery.bake(arn)
    run = followed(bakery, arn)
    found = explained(run, component, broken.document)
    assert re.search(broken.says, found.headline), found.headline
    assert found.headline.startswith(f"{broken.name} 1.0.0 › {broken.phase} › ")
    assert found.known is not None
    assert found.known.id == broken.known
    assert found.hint
    failed = chart(run, START).bar(found.key or "")
    assert failed is not None
    assert (failed.kind, failed.status) == (Kind.STEP, "FAILED")
    assert failed.path[-1] == found.failure.step
    assert len(failed.reboots) == broken.reboots


async def test_a_killed_machine_is_named_by_the_first_line(bakery: Bakery) -> None:
    """The step that ran then knows only that its connection broke."""
    document = BROKEN[2].document.replace("timeoutSeconds: 1", "timeoutSeconds: 60")
    component = bakery.component("killed", document)
    arn = bakery.image(components=(component,))
    bakery.engine.start(arn)
    await bakery.until(lambda: any("Starting execution" in line for line in bakery.log()))
    [machine] = bakery.fleet.launched.values()
    machine.guest.lose(MachineFault("The machine's QEMU process ended unexpectedly (status -9)."))
    await bakery.end(arn)
    found = explained(followed(bakery, arn), component, document)
    assert "QEMU process ended unexpectedly (status -9)" in found.headline
    assert found.headline.startswith("killed 1.0.0 › build › Compile: ")
    assert found.known is not None
    assert found.known.id == "machine-killed"
