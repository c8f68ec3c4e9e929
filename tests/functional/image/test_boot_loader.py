"""The boot loader's bytes on a base image's disk (GRUB manual, "BIOS installation"; boot.S and diskboot.S)."""

import struct
from pathlib import Path

import pytest

from core.local.base.partition import BOOT_SECTORS, BOOT_START, ROOT_START, SECTOR, install_boot_loader, root_blocks

BOOT = bytes(range(256)) * 2
CORE = bytes(range(250, 0, -1)) * 300


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    path = tmp_path / "disk.raw"
    path.write_bytes(b"\xee" * (ROOT_START + 8) * SECTOR)
    return path


def test_the_boot_sector_leads_to_the_core_image(disk: Path) -> None:
    install_boot_loader(disk, BOOT, CORE)
    assert struct.unpack_from("<Q", disk.read_bytes(), 0x5C) == (BOOT_START,)


def test_the_boot_sector_leaves_the_partition_table_alone(disk: Path) -> None:
    install_boot_loader(disk, BOOT, CORE)
    written = disk.read_bytes()
    assert written[440 : BOOT_START * SECTOR] == b"\xee" * (BOOT_START * SECTOR - 440)
    assert written[:0x5C] == BOOT[:0x5C]
    assert written[0x64:440] == BOOT[0x64:440]


def test_the_core_image_knows_where_its_own_rest_lies(disk: Path) -> None:
    install_boot_loader(disk, BOOT, CORE)
    core = disk.read_bytes()[BOOT_START * SECTOR :][: len(CORE)]
    start, sectors, segment = struct.unpack_from("<QHH", core, 0x1F4)
    assert (start, segment) == (BOOT_START + 1, 0x820)
    assert sectors * SECTOR >= len(CORE) - SECTOR > (sectors - 1) * SECTOR
    assert core[:0x1F4] == CORE[:0x1F4]
    assert core[0x200:] == CORE[0x200:]


def test_nothing_of_the_boot_loader_reaches_the_root_file_system(disk: Path) -> None:
    install_boot_loader(disk, BOOT, b"\x11" * BOOT_SECTORS * SECTOR)
    assert disk.read_bytes()[ROOT_START * SECTOR :] == b"\xee" * 8 * SECTOR


def test_a_core_image_that_does_not_fit_is_refused_before_anything_is_written(disk: Path) -> None:
    before = disk.read_bytes()
    with pytest.raises(ValueError, match="does not fit"):
        install_boot_loader(disk, BOOT, b"\x11" * (BOOT_SECTORS * SECTOR + 1))
    assert disk.read_bytes() == before


def test_the_root_file_system_ends_before_the_second_partition_table() -> None:
    size = 8 * 2**30
    end = ROOT_START * SECTOR + root_blocks(size) * 1024
    assert size - 2 * 2**20 <= end <= size - 33 * SECTOR
