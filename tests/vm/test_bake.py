"""The examples baked for real, both at once: the web server by somebody before the app who made its recipe there by
hand, the hardened base through the command line. Then the image on its own, away from us.
"""

import http.client
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.build import journal
from core.build.chart import chart
from core.build.run import replay
from core.local.base.partition import ROOT_START, SECTOR
from core.local.endpoint import Home
from tests.installed import PROGRAM, ROOT
from tests.qt.journey.screen import Person, person, screen
from tests.qt.journey.web_server import EXAMPLE, before_the_app, keys_at_their_default, make_web_server, parsed
from tests.vm.kitchen import Kitchen, arn_in, free_port, installed

pytestmark = pytest.mark.vm

HARDENED_BASE = ROOT / "resources" / "examples" / "hardened-base" / "hardened-base.yml"

OVER = {"AVAILABLE", "FAILED", "CANCELLED"}
BOOT_SECONDS = 240
BAKE_SECONDS = 1800
"""Without KVM on a busy machine; a test machine has to start as well."""


@dataclass(frozen=True)
class Baked:
    """Both bakes when they have ended: the hardened base's exit status and all it printed, and of the web server its
    recipe file and what the app's window said at last. `steps` and `hardened` are the bars that the app's timeline had
    for the two when they were over, `live` those of a step of the web server's component while it ran."""

    status: int
    output: str
    file: Path
    said: str
    live: tuple[str, ...]
    steps: tuple[str, ...]
    hardened: tuple[str, ...]

    @property
    def arn(self) -> str:
        """The hardened base's image."""
        return arn_in(self.output)


@pytest.fixture(scope="module")
def kitchen(new_home: Callable[[], Home], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kitchen]:
    kitchen = Kitchen(tmp_path_factory.mktemp("user"), new_home())
    try:
        yield kitchen
    finally:
        kitchen.close()


@pytest.fixture(scope="module")
def both(kitchen: Kitchen) -> Baked:
    """Both examples, baked at the same time by one service. The hardened base comes first: the app then finds a service
    that runs and a build that it has not begun. It is killed (as `person` ends every app) in the middle of its own
    build, which the next one takes up."""
    file = kitchen.folder / "recipes/web-server.yml"
    hardened = kitchen.start("bake", HARDENED_BASE)
    with before_the_app(file.parent, kitchen.environment) as user:
        make_web_server(user, file)
        live = begin_in_the_app(user, kitchen)
    with screen() as display, person(display, kitchen.environment, file.parent) as user:
        user.press("ctrl+2")
        user.click("web-server 1.0.0/1")
        said = end_in_the_app(user, kitchen)
        steps = user.ask("bars")
        output, _ = hardened.communicate()
        beside = look_at(user, f"hardened-base {arn_in(output).split('/', 2)[-1]}")
    return Baked(hardened.returncode, output, file, said, live, tuple(steps), beside)


def begin_in_the_app(user: Person, kitchen: Kitchen) -> tuple[str, ...]:
    """What the timeline shows while a step of the component runs."""
    user.press("ctrl+b")
    user.until(lambda: image_of(kitchen, "web-server"), "a build of the web server")
    user.until(lambda: user.shows("Cancel build"), "the Timeline with a build")
    user.until(lambda: "STEP Install Running" in user.ask("bars"), "the component's step as it runs", BAKE_SECONDS, 1)
    return tuple(user.ask("bars"))


def look_at(user: Person, build: str) -> tuple[str, ...]:
    """Choose a build of the list; what its timeline shows, once it is over there."""
    user.click(build)
    return tuple(
        user.until(
            lambda: [bar for bar in (user.ask("bars")) if bar.startswith("REGION")] and user.ask("bars"),
            f"the timeline of {build}",
        )
    )


def end_in_the_app(user: Person, kitchen: Kitchen) -> str:
    """What is on the screen when the build is over."""
    user.until(
        lambda: image_of(kitchen, "web-server")["state"]["status"] in OVER,
        "the end of the build",
        BAKE_SECONDS,
        pause=3,
    )
    user.until(lambda: user.shows("Available", "Failed"), "the end of the build on the screen")
    return str(user.ask("names"))


def image_of(kitchen: Kitchen, name: str) -> dict[str, Any]:
    """The first build of a name, as GetImage tells of it; empty when there is none."""
    client = kitchen.client()
    versions = client.list_images(owner="Self", filters=[{"name": "name", "values": [name]}])["imageVersionList"]
    if not versions:
        return {}
    image: dict[str, Any] = client.get_image(imageBuildVersionArn=f"{versions[0]['arn']}/1")["image"]
    return image


@pytest.fixture(scope="module")
def web_server(kitchen: Kitchen, both: Baked) -> dict[str, Any]:
    """The web server's image, as GetImage tells of it."""
    image = image_of(kitchen, "web-server")
    assert image["state"]["status"] == "AVAILABLE", both.said
    return image


@pytest.fixture(scope="module")
def exported(kitchen: Kitchen, web_server: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The web server's image as a file of its own, moved to where no service knows of it."""
    target = tmp_path_factory.mktemp("export") / "web-server.qcow2"
    done = kitchen.run("images", "export", web_server["arn"], target)
    assert done.returncode == 0, done.stderr
    return target.rename(tmp_path_factory.mktemp("elsewhere") / "moved.qcow2")


def test_two_bakes_at_once_both_give_an_image(both: Baked, web_server: dict[str, Any]) -> None:
    """Without places for builds and a name of its own for every file, two bakes took each other's machine or disk, or
    the second failed because the service was being started twice."""
    assert both.status == 0, both.output
    assert "Available" in both.said
    assert [ami["region"] for ami in web_server["outputResources"]["amis"]] == ["eu-central-1", "us-east-1"]


def test_the_steps_of_a_component_are_on_the_timeline_while_they_run(both: Baked) -> None:
    assert "WORKFLOW_STEP ApplyBuildComponents Running" in both.live
    assert "STEP PortIsANumber Completed" in both.live
    assert "STEP Install Completed" not in both.live
    assert {bar for bar in both.steps if bar.startswith("STEP ")} == {
        f"STEP {step} Completed"
        for step in (
            *("PortIsANumber", "Install", "WritePage", "WriteSite", "Activate"),
            *("ConfigurationIsValid", "FetchStatus", "AnswersOk"),
            *("FetchPage", "PageIsOurs", "StartsAtBoot"),
        )
    }


def test_the_timeline_shows_both_regions_and_a_reboot_as_a_reboot(both: Baked) -> None:
    """The hardened base was begun at the command line, and the app found it; without that, one had to see a step of
    half a minute there and guess."""
    regions = sorted(bar for bar in both.steps if bar.startswith("REGION "))
    assert regions == ["REGION eu-central-1 Completed", "REGION us-east-1 Completed"]
    assert [bar for bar in both.hardened if "reboot" in bar] == ["STEP Reboot Completed 1 reboot"]


def test_after_its_app_was_killed_a_build_has_the_timeline_of_one_that_was_followed_in_one_go(
    kitchen: Kitchen, web_server: dict[str, Any], tmp_path: Path
) -> None:
    other = {**kitchen.environment, "BAKEHOUSE_STATE": str(tmp_path)}
    subprocess.run([PROGRAM, "watch", web_server["arn"]], env=other, check=True, capture_output=True)
    torn, whole = (replay(journal.events(told_of(folder, "web-server"))) for folder in (kitchen.runs, tmp_path))
    assert torn.ended is not None
    assert chart(torn, torn.ended.at).bars == chart(whole, torn.ended.at).bars
    assert torn.log.events == whole.log.events


def told_of(runs: Path, name: str) -> Path:
    """The journal of the build of a name."""
    (found,) = (path for path in journal.listing(runs) if name in path.name)
    return found


def test_a_recipe_made_by_mouse_and_keyboard_is_the_shipped_example(both: Baked) -> None:
    saved = both.file.read_text()
    assert parsed(saved) == parsed(EXAMPLE.read_text())
    assert keys_at_their_default(saved) == []


def test_every_region_has_its_file(kitchen: Kitchen, web_server: dict[str, Any]) -> None:
    amis = web_server["outputResources"]["amis"]
    assert all(re.fullmatch(r"web-server \d{4}-\d\d-\d\dT[0-9-]+\.\d{3}Z", ami["name"]) for ami in amis), amis
    assert all(file_of(kitchen, ami).is_file() for ami in amis)


def test_a_bake_ends_by_saying_where_the_image_is(kitchen: Kitchen, both: Baked) -> None:
    summary = both.output[both.output.rindex("is AVAILABLE") :]
    (ami,) = kitchen.client().get_image(imageBuildVersionArn=both.arn)["image"]["outputResources"]["amis"]
    assert ami["image"] in summary
    assert str(file_of(kitchen, ami)) in summary


def file_of(kitchen: Kitchen, ami: dict[str, str]) -> Path:
    return kitchen.home.images / ami["region"] / ami["image"] / "disk.qcow2"


def test_a_log_can_be_read_when_all_is_over(kitchen: Kitchen, web_server: dict[str, Any]) -> None:
    log = kitchen.run("logs", web_server["arn"])
    assert log.returncode == 0, log.stderr
    assert "Setting up nginx" in log.stdout
    assert "<h1>Freshly baked</h1>" in log.stdout


def test_an_image_lists_its_packages(kitchen: Kitchen, web_server: dict[str, Any]) -> None:
    pages = kitchen.client().get_paginator("list_image_packages").paginate(imageBuildVersionArn=web_server["arn"])
    packages = {
        package["packageName"]: package["packageVersion"] for page in pages for package in page["imagePackageList"]
    }
    assert re.match(r"1\.\d+", packages["nginx"])
    assert "systemd" in packages


def test_an_unchanged_recipe_file_publishes_nothing_new(kitchen: Kitchen, web_server: dict[str, Any]) -> None:
    plan = kitchen.json("plan", EXAMPLE)
    assert not plan["changes"]
    assert {step["action"] for step in plan["steps"]} == {"reuse"}, web_server["arn"]


def test_a_bake_goes_on_after_a_reboot_and_behind_a_closed_firewall(both: Baked) -> None:
    """Without a channel of its own a build lost its machine as soon as the recipe closed the firewall, locked root out
    of sshd or rebooted."""
    assert "is AVAILABLE" in both.output, both.output
    assert "validate › HasRebooted Assert: COMPLETED" in both.output
    assert "test › SettingsAreInForce Assert: COMPLETED" in both.output


def test_nothing_of_the_build_stays_in_an_image(kitchen: Kitchen, exported: Path, tmp_path: Path) -> None:
    """Without the clean-up every machine started from the image had the host keys and the machine-id of the build."""
    raw = tmp_path / "disk.raw"
    subprocess.run([installed("qemu-img"), "convert", "-O", "raw", exported, raw], check=True)
    assert listing(raw, "/srv/web-server") == {"index.html"}
    assert content(raw, "/etc/machine-id") in (b"", b"uninitialized\n")
    assert not [name for name in listing(raw, "/etc/ssh") if name.startswith("ssh_host_")]
    assert "authorized_keys" not in listing(raw, "/root/.ssh")
    assert listing(raw, "/var/log/journal") == set()
    keys = re.findall(r"bakehouse\.key=ssh-ed25519 ([A-Za-z0-9+/=]{60,})", kitchen.home.service_log.read_text())
    assert len(keys) >= 4
    assert not [key for key in keys if holds(raw, key.encode())]


def test_an_image_boots_and_serves_away_from_bakehouse(exported: Path, tmp_path: Path) -> None:
    """Without a boot loader, an initramfs for other machines than ours and a network set up by any card's name, an
    exported image ran in Bakehouse only."""
    port = free_port()
    command = [
        installed("qemu-system-x86_64"), "-m", "1024", "-drive", f"file={exported},format=qcow2",
        "-nic", f"user,model=virtio-net-pci,hostfwd=tcp:127.0.0.1:{port}-:80",
        "-display", "none", "-serial", f"file:{tmp_path / 'console'}",
    ]  # fmt: skip
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as machine:
        try:
            page = fetched(port, machine)
        finally:
            machine.kill()
    assert "<h1>Freshly baked</h1>" in page, (tmp_path / "console").read_text(errors="replace")[-3000:]


def fetched(port: int, machine: "subprocess.Popen[bytes]") -> str:
    """The page that the machine serves, as soon as it does; nothing when it never does."""
    deadline = time.monotonic() + BOOT_SECONDS
    while time.monotonic() < deadline and machine.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/")
            return connection.getresponse().read().decode()
        except (OSError, http.client.HTTPException):
            time.sleep(0.5)
        finally:
            connection.close()
    return ""


def debugfs(raw: Path, request: str) -> bytes:
    """What debugfs says of the root file system of a disk, without mounting it."""
    command = [installed("debugfs"), "-R", request, f"{raw}?offset={ROOT_START * SECTOR}"]
    return subprocess.run(command, check=True, capture_output=True).stdout


def listing(raw: Path, folder: str) -> set[str]:
    """The names in a folder; none when it isn't there."""
    rows = debugfs(raw, f"ls -p {folder}").decode().splitlines()
    return {row.split("/")[5] for row in rows if row.startswith("/")} - {".", "..", ""}


def content(raw: Path, file: str) -> bytes:
    return debugfs(raw, f"cat {file}")


def holds(raw: Path, text: bytes) -> bool:
    """Whether a text stands anywhere on a disk; holes are skipped."""
    with raw.open("rb") as file:
        end, at = raw.stat().st_size, 0
        while at < end:
            try:
                at = os.lseek(file.fileno(), at, os.SEEK_DATA)
            except OSError:
                return False
            hole = os.lseek(file.fileno(), at, os.SEEK_HOLE)
            overlap = len(text) - 1
            while at < hole:
                piece = os.pread(file.fileno(), 16 * 2**20, at)
                if text in piece:
                    return True
                at += max(len(piece) - overlap, 1) if at + len(piece) < hole else len(piece)
    return False
