"""The disk of a base image: a GPT with a BIOS boot partition for GRUB and the root file system.

GRUB's own installer wants real block devices, and so root. All it does for a BIOS is to put two files in place and
write two block numbers into them, so that is done here on the image file (GRUB manual, "BIOS installation"; the
offsets are GRUB_BOOT_MACHINE_KERNEL_SECTOR and GRUB_BOOT_MACHINE_LIST in grub's boot.S and diskboot.S).
"""

import struct
from pathlib import Path

SECTOR = 512
BOOT_START = 2048
BOOT_SECTORS = 2048
ROOT_START = BOOT_START + BOOT_SECTORS
LAYOUT = f"""\
label: gpt
start={BOOT_START}, size={BOOT_SECTORS}, type=21686148-6449-6E6F-744E-656564454649, name=bios
start={ROOT_START}, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4, name=root
"""
KERNEL_SECTOR_OFFSET = 0x5C
BLOCK_LIST_OFFSET = 0x1F4
CORE_SEGMENT = 0x820
BOOT_CODE_BYTES = 440


def install_boot_loader(disk: Path, boot_image: bytes, core_image: bytes) -> None:
    """Write GRUB's boot sector and core image to a disk that has the layout above."""
    if len(core_image) > BOOT_SECTORS * SECTOR:
        raise ValueError(f"GRUB's core image has {len(core_image)} bytes and does not fit its partition")
    boot = bytearray(boot_image)
    struct.pack_into("<Q", boot, KERNEL_SECTOR_OFFSET, BOOT_START)
    core = bytearray(core_image)
    rest = -(-len(core) // SECTOR) - 1
    struct.pack_into("<QHH", core, BLOCK_LIST_OFFSET, BOOT_START + 1, rest, CORE_SEGMENT)
    with disk.open("r+b") as file:
        file.write(boot[:BOOT_CODE_BYTES])
        file.seek(BOOT_START * SECTOR)
        file.write(core)


def root_blocks(disk_bytes: int) -> int:
    """How many blocks of 1 KiB the root file system gets on a disk of that size (the last MiB holds GPT's copy)."""
    return (disk_bytes - ROOT_START * SECTOR) // 1024 - 1024
