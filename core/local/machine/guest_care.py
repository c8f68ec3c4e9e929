"""What we do to a guest besides running components: grow its disk, take inventory, clean it before the capture."""

from importlib.resources import files

from core.errors import MachineFault
from core.local.machine.guest import Guest, read_output
from core.local.machine.ports import Metadata, Package

SANITIZE_SECONDS = 600
GROW = """\
set -e
root=$(findmnt -no SOURCE /)
disk=/dev/$(lsblk -no PKNAME "$root" | head -n 1)
number=$(cat /sys/class/block/${root#/dev/}/partition)
echo ', +' | sfdisk -q --no-reread --force -N "$number" "$disk"
partx -u "$disk"
resize2fs -f "$root"
"""
INVENTORY = """\
. /etc/os-release 2>/dev/null
echo "${PRETTY_NAME:-Linux}"
if command -v dpkg-query >/dev/null; then dpkg-query -W -f '${db:Status-Status}\\t${Package}\\t${Version}\\n'
elif command -v rpm >/dev/null; then rpm -qa --qf 'installed\\t%{NAME}\\t%{EPOCHNUM}:%{VERSION}-%{RELEASE}\\n'; fi
"""


async def grow_root(guest: Guest) -> None:
    """Make the root partition and its file system as big as the disk. MachineFault when the guest can't."""
    await read_output(guest, ["/bin/sh", "-c", GROW], timeout=120)


async def metadata_of(guest: Guest) -> Metadata:
    """The OS and its packages by the guest's own package database (dpkg or rpm)."""
    text = (await read_output(guest, ["/bin/sh", "-c", INVENTORY], timeout=120)).decode(errors="replace")
    os_version, *rows = text.splitlines() or [""]
    fields = (row.split("\t") for row in rows)
    return Metadata(
        os_version=os_version,
        packages=tuple(Package(row[1], row[2]) for row in fields if len(row) == 3 and row[0] == "installed"),
    )


async def sanitize(guest: Guest, working_directory: str) -> str:
    """Run the clean-up script; what it printed. MachineFault when it fails."""
    script = files("resources").joinpath("guest/sanitize").read_bytes()
    printed = await read_output(
        guest, ["/bin/sh", "-s", "--", working_directory], stdin=script, timeout=SANITIZE_SECONDS
    )
    return printed.decode(errors="replace")


async def power_off(guest: Guest) -> None:
    """Ask the guest to shut down; the connection breaks while it does, which is what we want."""
    try:
        await guest.run(["systemctl", "poweroff"], timeout=30)
    except MachineFault:
        return
