"""Disk files from outside and to the outside: what is let in, and what is left where.

A disk file can name other files of this host as parts of itself; importing such a one would copy their contents into an
image.
"""

import asyncio
from pathlib import Path

import pytest

from core.errors import Conflict, HostFault, Invalid, NotFound
from core.local.base.definition import definitions
from core.local.machine.ports import Progress
from tests.functional.image.pantry import MIB, REGION, Pantry, qemu_img, quietly, read

SECRET = b"secret of the host\n".ljust(65536, b"!")
QEMU_NAMES = {"qcow2": "qcow2", "raw": "raw", "vmdk": "vmdk", "vhd": "vpc"}


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file of the host that no image may show."""
    path = tmp_path / "secret"
    path.write_bytes(SECRET)
    return path


async def refused(pantry: Pantry, source: Path, file_format: str, words: str) -> None:
    with pytest.raises(Invalid, match=words) as raised:
        await pantry.imported(source, file_format)
    assert raised.value.hint or "16 TiB" in raised.value.message
    assert pantry.store.amis() == ()
    assert pantry.litter() == []


@pytest.mark.parametrize(
    ("file_format", "options"),
    [
        ("qcow2", []),
        ("qcow2", ["-c"]),
        ("raw", []),
        ("vmdk", ["-o", "subformat=monolithicSparse"]),
        ("vmdk", ["-o", "subformat=streamOptimized"]),
        ("vhd", ["-o", "subformat=dynamic"]),
        ("vhd", ["-o", "subformat=fixed"]),
    ],
    ids=" ".join,
)
async def test_a_disk_comes_in_with_all_its_content(pantry: Pantry, file_format: str, options: list[str]) -> None:
    source = pantry.folder / "given"
    qemu_img("convert", "-f", "raw", "-O", QEMU_NAMES[file_format], *options, pantry.raw(), source)
    image = await pantry.imported(source, file_format)
    assert read(image.path)[: 2 * MIB] == pantry.raw().read_bytes()
    assert (image.name, image.owner, image.os_version) == ("given", "self", "Bakers Linux 7")
    assert pantry.store.amis() == (image,)


async def test_a_disk_with_a_backing_file_is_refused(pantry: Pantry, secret: Path) -> None:
    """Imported, it brought the content of any file that the service can read into an image."""
    source = pantry.folder / "given.qcow2"
    qemu_img("create", "-q", "-f", "qcow2", "-b", secret, "-F", "raw", source)
    await refused(pantry, source, "qcow2", "refers to another file")


async def test_a_disk_with_a_data_file_is_refused(pantry: Pantry) -> None:
    """Its clusters lie in the other file, which may be any of this host."""
    source = pantry.folder / "given.qcow2"
    data = pantry.folder / "data.raw"
    qemu_img("create", "-q", "-f", "qcow2", "-o", f"data_file={data},data_file_raw=on", source, "2M")
    data.write_bytes(SECRET.ljust(2 * MIB, b"\0"))
    await refused(pantry, source, "qcow2", "refers to another file")


async def test_an_encrypted_disk_is_refused(pantry: Pantry) -> None:
    """Nobody can be asked for its key, so the import ended in QEMU's words for that."""
    source = pantry.folder / "given.qcow2"
    options = "encrypt.format=aes,encrypt.key-secret=key"  # for luks, qemu-img wants an idle processor to measure
    qemu_img("create", "-q", "-f", "qcow2", "--object", "secret,id=key,data=abc", "-o", options, source, "2M")
    await refused(pantry, source, "qcow2", "encrypted")


@pytest.mark.parametrize("subformat", ["monolithicFlat", "twoGbMaxExtentSparse", "twoGbMaxExtentFlat"])
async def test_a_disk_in_several_files_is_refused(pantry: Pantry, subformat: str) -> None:
    """Its descriptor names the other files by path: any of this host's."""
    source = pantry.folder / "given.vmdk"
    qemu_img("create", "-q", "-f", "vmdk", "-o", f"subformat={subformat}", source, "2M")
    await refused(pantry, source, "vmdk", "several parts")


async def test_a_descriptor_that_names_a_file_of_the_host_is_refused(pantry: Pantry, secret: Path) -> None:
    source = pantry.folder / "given.vmdk"
    source.write_text(
        "# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\n"
        f'createType="monolithicFlat"\nRW 128 FLAT "{secret}" 0\n'
    )
    await refused(pantry, source, "vmdk", "several parts")


async def test_a_descriptor_that_lies_about_its_type_is_refused(pantry: Pantry, secret: Path) -> None:
    """The type is what the file says of itself; its extents are what QEMU reads."""
    source = pantry.folder / "given.vmdk"
    source.write_text(
        "# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\n"
        f'createType="monolithicSparse"\nRW 128 FLAT "{secret}" 0\n'
    )
    await refused(pantry, source, "vmdk", "several parts|not a readable")


async def test_a_file_of_another_format_than_stated_is_refused(pantry: Pantry) -> None:
    source = pantry.raw()
    for file_format in ("qcow2", "vmdk", "vhd"):
        await refused(pantry, source, file_format, f"not a readable {file_format} file")


async def test_a_raw_disk_that_imitates_a_qcow2_one_stays_raw(pantry: Pantry, secret: Path) -> None:
    """A guest can write such a beginning onto its disk; probed, it became a disk that reads the host's files."""
    source = pantry.folder / "given.raw"
    qemu_img("create", "-q", "-f", "qcow2", "-b", secret, "-F", "raw", source)
    image = await pantry.imported(source, "raw")
    assert read(image.path)[: source.stat().st_size] == source.read_bytes()
    assert SECRET not in read(image.path)


async def test_a_disk_that_claims_to_be_huge_is_refused(pantry: Pantry) -> None:
    """A file of 200 KiB made a machine with a disk of petabytes, whose file system then filled this host's."""
    source = pantry.folder / "given.qcow2"
    qemu_img("create", "-q", "-f", "qcow2", source, "17T")
    await refused(pantry, source, "qcow2", "16 TiB")


async def test_an_empty_file_is_no_disk(pantry: Pantry) -> None:
    source = pantry.folder / "empty"
    source.touch()
    await refused(pantry, source, "raw", "0 bytes")


async def test_a_path_without_a_file_or_an_unknown_format_is_refused(pantry: Pantry) -> None:
    await refused(pantry, pantry.folder / "missing", "raw", "There is no file")
    await refused(pantry, pantry.folder, "raw", "There is no file")
    await refused(pantry, pantry.raw(), "iso", "no disk format")


async def test_a_file_name_is_never_read_as_one_of_qemus_addresses(
    pantry: Pantry, monkeypatch: pytest.MonkeyPatch, secret: Path
) -> None:
    """QEMU takes a relative name with a colon for a protocol, and `json:` for the description of any disk."""
    monkeypatch.chdir(pantry.folder)
    odd = Path('json:{"driver":"raw","file":{"driver":"file","filename":"secret"}}')
    odd.write_bytes(b"z" * 65536)
    image = await pantry.imported(odd, "raw")
    assert read(image.path) == b"z" * 65536


@pytest.mark.parametrize("file_format", ["qcow2", "raw", "vmdk", "vhd"])
async def test_an_export_is_one_file_with_all_layers(pantry: Pantry, file_format: str, tmp_path: Path) -> None:
    image = await pantry.captured(await pantry.imported())
    before = read(image.path)
    target = tmp_path / "outside" / "disk"
    target.parent.mkdir()
    assert await pantry.store.export_file(image, target, file_format, report=quietly) == target
    assert list(target.parent.iterdir()) == [target]
    (tmp_path / "home").rename(tmp_path / "gone")
    assert read(target, QEMU_NAMES[file_format])[: 2 * MIB] == before


async def test_an_export_never_overwrites(pantry: Pantry, tmp_path: Path) -> None:
    image = await pantry.imported()
    target = tmp_path / "mine"
    target.write_text("dear to me")
    with pytest.raises(Conflict, match="exists already"):
        await pantry.store.export_file(image, target, "raw", report=quietly)
    assert target.read_text() == "dear to me"


async def test_an_export_does_not_overwrite_what_appeared_meanwhile(pantry: Pantry, tmp_path: Path) -> None:
    """An export takes minutes; looked at only before it, a file made in the meantime was lost."""
    image = await pantry.imported()
    target = tmp_path / "outside" / "mine"
    target.parent.mkdir()
    with pytest.raises(Conflict, match="exists already"):
        await pantry.store.export_file(image, target, "raw", report=lambda progress: _appear(target))
    assert target.read_text() == "dear to me"
    assert list(target.parent.iterdir()) == [target]


def _appear(target: Path) -> None:
    target.write_text("dear to me")


async def test_a_cancelled_export_leaves_nothing(pantry: Pantry, tmp_path: Path) -> None:
    """Half a disk with the right name looked like a whole one."""
    image = await pantry.imported()
    target = tmp_path / "outside" / "disk"
    target.parent.mkdir()

    def cancel(_progress: Progress) -> None:
        exporting.cancel()

    exporting = asyncio.create_task(pantry.store.export_file(image, target, "raw", report=cancel))
    with pytest.raises(asyncio.CancelledError):
        await exporting
    assert list(target.parent.iterdir()) == []


async def test_an_export_into_a_missing_folder_says_so(pantry: Pantry, tmp_path: Path) -> None:
    image = await pantry.imported()
    with pytest.raises(HostFault, match="No such file or directory"):
        await pantry.store.export_file(image, tmp_path / "nowhere" / "disk", "raw", report=quietly)


async def test_a_base_image_that_is_not_made_yet_cannot_be_exported(pantry: Pantry, tmp_path: Path) -> None:
    base = pantry.store.base_ami(REGION, definitions()[0].name)
    with pytest.raises(NotFound, match="no file yet"):
        await pantry.store.export_file(base, tmp_path / "disk", "raw", report=quietly)
