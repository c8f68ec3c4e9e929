"""Ten recipes that are broken in ten ways, baked on real machines: the first line of each root cause names what is
wrong. Ten machines take minutes, so this is no part of `make test`, where what they print is read instead
(tests/unit/build/test_cause.py).
"""

import os
import re
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from core.build import journal
from core.build.cause import cause
from core.build.run import replay
from core.local.endpoint import Home
from tests.soak.machines import processes_of
from tests.vm.conftest import base_cache, new_home
from tests.vm.kitchen import Kitchen, until

__all__ = ["base_cache", "new_home"]  # fixtures, found by their names

pytestmark = [pytest.mark.soak, pytest.mark.vm]

HEAD = "schemaVersion: 1.0\nphases:\n"
STEP = """\
  - name: {phase}
    steps:
      - name: Break
        action: ExecuteBash
        {more}
        inputs:
          commands:
            - |
{script}
"""


def document(script: str, *, phase: str = "build", more: str = "timeoutSeconds: 600") -> str:
    lines = "\n".join(f"              {line}" for line in script.splitlines())
    return HEAD + STEP.format(phase=phase, more=more, script=lines)


ASSERTION = """\
  - name: build
    steps:
      - name: Break
        action: Assert
        inputs:
          stringEquals: "13"
          value: "12"
"""
RELEASE = document("true") + STEP.format(phase="test", more="", script="              curl -sS http://127.0.0.1:80/")


@dataclass(frozen=True)
class Broken:
    """A component and what the first line of its root cause has to say. `tested`: it breaks on the test machine."""

    name: str
    component: str
    says: str
    tested: bool = False
    without: str = ""


BROKEN = (
    Broken(
        "package-missing", document("apt-get -qy install no-such-package"), "Unable to locate package no-such-package"
    ),
    Broken("bash-syntax", document("if true; then echo half"), "syntax error: unexpected end of file"),
    Broken("timeout", document("sleep 300", more="timeoutSeconds: 3"), "(?i)tim(ed out|e.?out)"),
    Broken("disk-full", document("fallocate -l 20G /var/fill"), "No space left on device"),
    Broken("assertion", HEAD + ASSERTION, "(?i)assert.*13"),
    Broken("reboot-loop", document("exit 194"), "(?i)reboot"),
    Broken("port-closed", RELEASE, "(?i)(failed|could.?n.t|refused).*connect|connect.*refused", tested=True),
    Broken("machine-killed", document("echo lingering; sleep 600"), "QEMU process ended unexpectedly"),
    Broken("no-network", document("curl -sS https://deb.debian.org/"), "Could not resolve host", without="passt"),
    Broken("wrong-permission", document("echo 'echo hi' > /root/hi; /root/hi"), "Permission denied"),
)


@pytest.fixture(scope="module")
def kitchen(new_home: Callable[[], Home], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kitchen]:
    kitchen = Kitchen(tmp_path_factory.mktemp("user"), new_home())
    try:
        yield kitchen
    finally:
        kitchen.close()


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_the_first_line_names_the_true_cause(kitchen: Kitchen, broken: Broken) -> None:
    file = kitchen.recipe_of(broken.name, broken.component, tested=broken.tested)
    user = kitchen
    if broken.without:
        kitchen.close()  # the service has the PATH of whoever started it
        user = kitchen.without(broken.without)
    baking = user.start("bake", file)
    if broken.name == "machine-killed":
        until(baking, "Break ExecuteBash: RUNNING")
        for pid, command in processes_of(kitchen.home.root).items():
            if command.startswith("qemu-system"):
                os.kill(pid, signal.SIGKILL)
    output, _ = baking.communicate()
    if broken.without:
        kitchen.close()
    assert baking.returncode == 1, output

    told = next(path for path in journal.listing(kitchen.folder / "runs") if broken.name in path.name)
    found = cause(replay(journal.events(told)))
    assert found is not None
    assert re.search(broken.says, found.headline), found
    assert found.headline in output
