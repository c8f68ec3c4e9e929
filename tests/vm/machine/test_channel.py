"""The channel into a machine outlives whatever a hardening component does to SSH and to the network."""

import time

import pytest

from core.local.machine.guest import Exit
from tests.vm.machine.yard import Running

pytestmark = [pytest.mark.vm, pytest.mark.asyncio(loop_scope="session")]

KEYS = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f admin@example\n"
FIREWALL = """\
flush ruleset
table inet filter {
  chain input { type filter hook input priority 0; policy drop; }
  chain output { type filter hook output priority 0; policy drop; }
}
"""
SSHD = """\
PermitRootLogin no
PubkeyAuthentication no
AllowUsers nobody
"""
CARD = 'card=$(ls /sys/class/net | grep -v "^lo$")'


async def _write(machine: Running, path: str, text: str) -> None:
    assert await machine.guest.run(["tee", path], stdin=text.encode(), timeout=60) == Exit(0)


async def _harden(machine: Running) -> None:
    installed = await machine.sh("apt-get install -qq nftables && systemctl -q enable nftables", timeout=400)
    assert installed.exit == Exit(0), installed
    await machine.read("install -d -m 700 /root/.ssh")
    await _write(machine, "/etc/nftables.conf", FIREWALL)
    await _write(machine, "/etc/ssh/sshd_config.d/hard.conf", SSHD)
    await _write(machine, "/root/.ssh/authorized_keys", KEYS)
    await machine.read("chmod 640 /root/.ssh/authorized_keys")
    await machine.read("passwd -l root && chage -E 1 root")
    for service in ("sshd", "common-account", "other"):
        await machine.read(f"cp /etc/pam.d/{service} /etc/pam.d/{service}.saved")
        await _write(machine, f"/etc/pam.d/{service}", "account required pam_deny.so\n")


async def _soften(machine: Running) -> None:
    await machine.read(
        "usermod -p '*' -e '' root; for saved in /etc/pam.d/*.saved; do mv $saved ${saved%.saved}; done;"
        " nft flush ruleset;"
        " systemctl -q disable nftables; rm -r /etc/ssh/sshd_config.d/hard.conf /root/.ssh;"
        f'{CARD}; ip link set "$card" up; networkctl renew "$card"'
    )


@pytest.mark.soak  # firewall, sshd, root and a reboot are those of hardened-base as well, in tests/vm/test_bake.py
async def test_the_channel_survives_hardening_and_a_reboot(machine: Running) -> None:
    """Over the network, through the image's own sshd, or bound to root's account, a hardening component would have
    locked the build out.

    And a channel with its key in root's authorized_keys would change a file that belongs to the image.
    """
    await _harden(machine)
    before = await machine.boot_id()
    try:
        await machine.guest.reboot()
        assert await machine.boot_id() != before
        assert (await machine.read("passwd -S root")).startswith("root L ")
        firewall = await machine.sh("systemctl start nftables; nft list ruleset")
        assert firewall.out.count("policy drop") == 2, firewall
        assert (await machine.sh("curl -s -m 2 http://127.0.0.1:22/")).exit == Exit(28)
        assert "permitrootlogin no" in await machine.read("sshd -T")
        assert await machine.read("cat /root/.ssh/authorized_keys") == KEYS.strip()
        assert await machine.read("stat -c %a /root/.ssh/authorized_keys") == "640"
        assert await machine.read(f'{CARD}; ip link set "$card" down; echo still here') == "still here"
    finally:
        await _soften(machine)


async def test_a_command_over_the_channel_waits_for_nothing(machine: Running) -> None:
    """PAM's audit asked a name server for the host that the channel comes from, four seconds at every command."""
    await machine.read("true")
    began = time.monotonic()
    for _ in range(5):
        await machine.read("true")
    assert time.monotonic() - began < 15


@pytest.mark.soak  # rare: tests/functional/machine/test_channel.py has it every time, with a guest that is no machine
async def test_of_hundreds_of_commands_in_a_row_none_is_overlooked(machine: Running) -> None:
    """An emulated guest let the request for one command in some fifty to five hundred lie, and the command hung."""
    for number in range(500):
        said = await machine.sh(f"echo {number}", timeout=30)
        assert said.out == f"{number}\n", said


async def test_the_channel_keeps_its_keys_in_memory_only(machine: Running) -> None:
    """A key written to the disk could be left in the captured image, even after it was deleted."""
    assert await machine.read("ls /run/bakehouse") == "bakehouse-channel\nhost_key\nhost_key.pub"
    keys = ("/run/bakehouse/host_key", "/run/credentials/bakehouse-channel.service/bakehouse.key")
    kinds = [await machine.read(f"findmnt -no FSTYPE -T {key}") for key in keys]
    assert set(kinds) <= {"tmpfs", "ramfs"}
