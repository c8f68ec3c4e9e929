"""Bakes that go wrong, for real: what the user is told, what is left behind, and that the next bake works."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.local.endpoint import Home, find
from tests.soak.machines import processes_of, wait_until
from tests.vm.kitchen import Kitchen, arn_in, until

pytestmark = pytest.mark.vm

STEP_RUNS = "build › Linger ExecuteBash: RUNNING"
FOREVER = ("echo lingering", "sleep 3600")


@dataclass(frozen=True)
class Ended:
    """A bake that has ended; `status` is that of the command."""

    status: int
    output: str

    @property
    def arn(self) -> str:
        return arn_in(self.output)


@pytest.fixture(scope="module")
def kitchen(new_home: Callable[[], Home], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kitchen]:
    kitchen = Kitchen(tmp_path_factory.mktemp("user"), new_home())
    try:
        yield kitchen
    finally:
        kitchen.close()


@pytest.fixture(scope="module")
def failed_and_cancelled(kitchen: Kitchen) -> tuple[Ended, Ended]:
    """Two bakes at once: one whose component fails, one that is left with Ctrl+C while its component runs."""
    failing = kitchen.start("bake", kitchen.recipe("broken", ["echo so far so good", "ls /srv/missing"], step="Look"))
    lingering = kitchen.start("bake", kitchen.recipe("lingering", FOREVER, step="Linger"))
    before = until(lingering, STEP_RUNS)
    lingering.send_signal(signal.SIGINT)
    after, _ = lingering.communicate()
    output, _ = failing.communicate()
    return Ended(failing.returncode, output), Ended(lingering.returncode, "".join(before) + after)


@dataclass(frozen=True)
class Killed:
    """What a service killed in mid-build left: processes of its home after ten seconds, and how the bake ended that was
    being followed."""

    processes: dict[int, str]
    bake: Ended


@pytest.fixture(scope="module")
def killed(kitchen: Kitchen, failed_and_cancelled: tuple[Ended, Ended]) -> Killed:
    """The service killed while a component runs on its machine, after the bakes that share the service."""
    service = find(kitchen.home)
    assert service is not None, failed_and_cancelled
    bake = kitchen.start("bake", kitchen.recipe("orphan", FOREVER, step="Linger"))
    before = until(bake, STEP_RUNS)
    assert any("qemu-system" in command for command in processes_of(kitchen.home.root).values())
    os.kill(service.pid, signal.SIGKILL)
    after, _ = bake.communicate()
    wait_until(lambda: not strays(kitchen), 10)
    return Killed(strays(kitchen), Ended(bake.returncode, "".join(before) + after))


def test_a_failed_component_is_named_first(failed_and_cancelled: tuple[Ended, Ended]) -> None:
    """Without it a failed bake ended with a workflow id, and the reason was somewhere in a thousand lines of log."""
    failed, _ = failed_and_cancelled
    assert failed.status == 1
    first = next(line for line in failed.output.splitlines() if line.startswith("FAILED"))
    assert first.startswith("FAILED: broken 1.0.0 › build › Look: "), failed.output
    assert "/srv/missing" in first
    assert "No such file or directory" in first


def test_ctrl_c_cancels_the_build_and_ends_its_machine(
    kitchen: Kitchen, failed_and_cancelled: tuple[Ended, Ended]
) -> None:
    """Without it Ctrl+C ended the command line only, and the build went on with nobody watching."""
    _, cancelled = failed_and_cancelled
    assert cancelled.status == 1
    assert "is CANCELLED" in cancelled.output, cancelled.output
    image = kitchen.client().get_image(imageBuildVersionArn=cancelled.arn)["image"]
    assert image["state"]["status"] == "CANCELLED"
    assert machines(kitchen, cancelled.arn) == []


def test_a_killed_service_takes_its_machines_along(killed: Killed) -> None:
    """Without a lifeline QEMU and passt went on for ever with nobody who knew of them."""
    assert killed.processes == {}


def test_a_bake_whose_service_is_killed_ends_and_says_so(killed: Killed) -> None:
    """Without it the command line asked a dead address again and again, or ended with a traceback."""
    assert killed.bake.status == 1
    assert "ended unexpectedly while the image was being built" in killed.bake.output, killed.bake.output


def test_a_build_of_a_killed_service_is_failed_afterwards(kitchen: Kitchen, killed: Killed) -> None:
    """Without the look back at every start the image stayed BUILDING for ever, and its machine's disk stayed too."""
    state = kitchen.client().get_image(imageBuildVersionArn=killed.bake.arn)["image"]["state"]
    assert state["status"] == "FAILED"
    assert "ended unexpectedly while the image was being built" in state["reason"]
    assert list(kitchen.home.runs.iterdir()) == []
    assert list(kitchen.home.images.glob("*/*")) == []


def test_the_next_bake_after_a_killed_service_works(kitchen: Kitchen, killed: Killed) -> None:
    """Without the sweep of what the dead service left, its lock, its state file or its half image were in the way."""
    assert killed.bake.status
    done = kitchen.run("bake", kitchen.recipe("next", ["true"]))
    assert done.returncode == 0, done.stdout + done.stderr
    images = kitchen.json("images", "list")["images"]
    whole = [image for image in images if image["status"] == "AVAILABLE"]
    assert [image["arn"] for image in whole] == [arn_in(done.stdout)]
    assert all(Path(image["path"]).is_file() for image in whole)
    assert not [image for image in images if image["status"] != "AVAILABLE" and image["amiId"]]


@pytest.mark.soak  # a machine that boots and goes on nowhere takes as long as all the others here
def test_a_machine_without_a_network_is_started_and_that_is_said(new_home: Callable[[], Home], tmp_path: Path) -> None:
    """Without it no build was possible on a computer with no network, or one had none and nobody knew why."""
    bare = Kitchen(tmp_path, new_home()).without("passt")
    commands = ["if ip route show default | grep -q .; then echo with a network; else echo all alone; fi"]
    try:
        done = bare.run("bake", bare.recipe("offline", commands), "--log")
    finally:
        bare.close()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "starts without a network" in done.stdout + done.stderr
    assert "all alone" in done.stdout + done.stderr


def test_a_computer_without_qemu_is_told_which_package_to_install(new_home: Callable[[], Home], tmp_path: Path) -> None:
    """Without it a bake failed with `[Errno 2] No such file or directory` after minutes of making a base image."""
    bare = Kitchen(tmp_path, new_home()).without("qemu-system-x86_64")
    began = time.monotonic()
    try:
        done = bare.run("bake", bare.recipe("hopeless", ["true"]))
    finally:
        bare.close()
    assert done.returncode == 1
    assert "qemu-system-x86_64 is not installed" in done.stdout + done.stderr, done.stdout + done.stderr
    assert "install the package qemu-system-x86" in done.stdout + done.stderr
    assert time.monotonic() - began < 30


def strays(kitchen: Kitchen) -> dict[int, str]:
    """The processes of a home besides the service that runs there."""
    service = find(kitchen.home)
    own = service.pid if service else 0
    return {pid: command for pid, command in processes_of(kitchen.home.root).items() if pid != own}


def machines(kitchen: Kitchen, arn: str) -> list[str]:
    """The machines that work for a build."""
    status = kitchen.json("service", "status")
    return [machine["instanceId"] for machine in status["machines"] if machine["imageArn"] == arn]
