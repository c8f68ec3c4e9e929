"""What a captured image holds, read from its file without starting it."""

import mmap
import subprocess
from pathlib import Path

import pytest

from core.local.base.partition import ROOT_START, SECTOR
from core.local.machine.guest import Exit
from tests.vm.conftest import REGION
from tests.vm.machine.yard import Running, Yard

pytestmark = [pytest.mark.vm, pytest.mark.asyncio(loop_scope="session")]

AUTHORIZED = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHRoaXMgaXMgdGhlIGJ1aWxkJ3Mgb3duIGtleS4u build@example"


class RootFileSystem:
    """The root file system inside a raw disk image, read by debugfs."""

    def __init__(self, disk: Path) -> None:
        self._device = f"{disk}?offset={ROOT_START * SECTOR}"

    def _ask(self, request: str) -> str:
        asked = subprocess.run(
            ["/sbin/debugfs", "-R", request, self._device], capture_output=True, text=True, check=True, errors="replace"
        )
        return asked.stdout

    def text(self, path: str) -> str:
        return self._ask(f"cat {path}")

    def names(self, folder: str) -> set[str]:
        """Names in a folder; none where there is no such folder."""
        return {line.split("/")[5] for line in self._ask(f"ls -p {folder}").splitlines() if line.count("/") > 5} - {
            ".",
            "..",
        }


@pytest.mark.soak  # a bake's own image is looked at in tests/vm/test_bake.py
async def test_an_image_holds_nothing_secret_or_singular_of_its_build(
    yard: Yard, machine: Running, tmp_path: Path
) -> None:
    """Two machines started from one image would share their host keys and machine id, and the build could log in.

    The host keys were deleted, and still there in the file's free blocks for whoever searched the image for them.
    """
    channel_key = await machine.read("cat /run/credentials/bakehouse-channel.service/bakehouse.key")
    await machine.read(f"mkdir -p /root/.ssh; echo '{AUTHORIZED}' > /root/.ssh/authorized_keys")
    await machine.read("ssh-keygen -A; systemctl start ssh; systemd-machine-id-setup; echo kept > /etc/kept-by-build")
    machine_id = await machine.read("cat /etc/machine-id")
    assert len(machine_id) == 32
    host_keys = await machine.read("sed -sn 3p /etc/ssh/ssh_host_*_key /run/bakehouse/host_key")
    assert len(host_keys.split()) == 4
    assert "Deleting /root/.ssh/authorized_keys" in await yard.fleet.sanitize(machine.instance_id)
    assert (await machine.sh("findmnt -no OPTIONS / | grep discard")).exit == Exit(0)

    ami = await yard.store.capture(
        yard.fleet, machine.instance_id, region=REGION, name="x", description="", tags={}, report=lambda progress: None
    )
    assert yard.state(machine.instance_id) == "stopped"
    await yard.fleet.terminate(machine.instance_id)
    assert yard.store.find(REGION, ami.ami_id) == ami
    disk = await yard.store.export_file(ami, tmp_path / "disk.raw", "raw", report=lambda progress: None)
    assert disk.stat().st_size == ami.virtual_bytes

    root = RootFileSystem(disk)
    assert root.text("/etc/kept-by-build") == "kept\n"
    assert root.text("/etc/machine-id") == ""
    assert not {name for name in root.names("/etc/ssh") if name.startswith("ssh_host_")}
    assert "sshd_config" in root.names("/etc/ssh")
    assert "authorized_keys" not in root.names("/root/.ssh")
    assert not root.names("/run") & {"bakehouse", "credentials"}
    assert not root.names("/var/log/journal")
    with ami.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as layer:
        for secret in (channel_key.split()[1], *host_keys.split(), AUTHORIZED, machine_id):
            assert layer.find(secret.encode()) == -1, secret
