"""Images appear whole, stay while something rests on them, and are copied byte for byte."""

import asyncio
import shutil
from pathlib import Path

import pytest

from core.errors import Conflict, HostFault, NotFound
from core.local.base.definition import definitions
from core.local.image.layer import checksum
from core.local.machine.ports import Ami, LaunchSpec, Progress
from tests.functional.image.pantry import MIB, OTHER, REGION, OneDisk, Pantry, qemu_img, quietly, read, write


def expected(byte: bytes = b"b") -> bytes:
    """A disk of 2 MiB: 64 KiB from the import, 64 KiB at 1 MiB from the machine."""
    return (b"a" * 65536).ljust(MIB, b"\0") + (byte * 65536).ljust(MIB, b"\0")


async def test_a_captured_image_is_a_layer_over_the_one_its_machine_started_from(pantry: Pantry) -> None:
    given = await pantry.imported()
    image = await pantry.captured(given)
    assert image.parent_ami_id == given.ami_id
    assert (image.owner, image.os_version, image.tags) == ("self", "Bakers Linux 7", {"a": "1"})
    assert image.virtual_bytes == 2 * MIB
    assert image.sha256 == checksum(image.path)
    assert image.written_bytes <= MIB
    assert read(image.path) == expected()
    assert pantry.store.find(REGION, image.ami_id) == image


async def test_the_machines_own_disk_is_gone_after_the_capture(pantry: Pantry) -> None:
    await pantry.captured(await pantry.imported())
    assert list(pantry.home.glob("runs/*/disk.qcow2")) == []


async def test_a_machine_on_a_captured_image_sees_all_layers(pantry: Pantry) -> None:
    second = await pantry.captured(await pantry.captured(await pantry.imported()), "c")
    assert read(second.path) == expected(b"c")


async def test_a_home_may_be_moved_as_a_whole(pantry: Pantry, tmp_path: Path) -> None:
    """Layers named by absolute paths, every image was broken after its folder had been moved."""
    image = await pantry.copied(await pantry.captured(await pantry.imported()))
    pantry.home.rename(tmp_path / "elsewhere")
    (tmp_path / "given.raw").unlink()
    assert read(tmp_path / "elsewhere" / image.path.relative_to(pantry.home)) == expected()


async def test_a_home_may_lie_behind_a_symbolic_link(tmp_path: Path) -> None:
    """No machine could be captured: the layer below its disk, by its real path, was none that the store knew."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    pantry = Pantry(tmp_path / "link")
    given = await pantry.imported()
    image = await pantry.captured(given)
    assert image.parent_ami_id == given.ami_id
    assert read(image.path) == expected()


async def test_an_image_is_listed_only_when_it_is_whole(pantry: Pantry) -> None:
    """A listing during a copy showed an image whose file was still growing."""
    given = await pantry.imported()
    seen: list[int] = []

    def look(_progress: Progress) -> None:
        seen.append(len(pantry.store.amis()))

    store = pantry.store
    disk = await pantry.machine_disk(given)
    image = await store.capture(OneDisk(disk), "i-1", region=REGION, name="x", description="", tags={}, report=look)
    assert seen == [1, 1]
    await store.copy(image, OTHER, name="x", description="", tags={}, report=look)
    assert seen == [1, 1, 2, 3]


async def test_what_a_killed_service_left_half_done_is_not_listed_and_swept(pantry: Pantry) -> None:
    """A half image was listed and started, and its machine found a broken file system."""
    image = await pantry.imported()
    half = image.path.parent.with_name(".incoming-ami-0123456789abcdef0")
    shutil.copytree(image.path.parent, half)
    base = pantry.home / "bases" / ".making-debian"
    base.mkdir(parents=True)
    assert [ami.ami_id for ami in pantry.store.amis()] == [image.ami_id]
    assert pantry.store.find(REGION, ".incoming-ami-0123456789abcdef0") is None
    pantry.store.sweep()
    assert pantry.litter() == []
    assert not base.exists()
    assert pantry.store.find(REGION, image.ami_id) == image


async def test_a_cancelled_import_leaves_nothing(pantry: Pantry) -> None:
    """A cancelled task left a file as big as the disk, in a folder that nothing looked at again."""
    source = pantry.raw()

    def cancel(_progress: Progress) -> None:
        importing.cancel()

    importing = asyncio.create_task(
        pantry.store.import_file(source, "raw", region=REGION, name="x", os_version="", report=cancel)
    )
    with pytest.raises(asyncio.CancelledError):
        await importing
    assert pantry.store.amis() == ()
    assert pantry.litter() == []


async def test_a_copy_is_the_same_bytes_in_another_region(pantry: Pantry) -> None:
    image = await pantry.captured(await pantry.imported())
    copy = await pantry.copied(image)
    assert (copy.region, copy.name, copy.sha256) == (OTHER, "copy", image.sha256)
    assert copy.ami_id != image.ami_id
    assert checksum(copy.path) == image.sha256
    assert read(copy.path) == expected()
    assert pantry.store.amis(OTHER) == (copy,)


async def test_a_copy_that_differs_is_not_published(pantry: Pantry) -> None:
    """A disk that fails silently gave one region another image than the one that was tested."""
    image = await pantry.captured(await pantry.imported())
    with image.path.open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"?")
    with pytest.raises(HostFault, match="differs from the original"):
        await pantry.copied(image)
    assert pantry.store.amis(OTHER) == ()
    assert pantry.litter() == []


async def test_an_image_that_is_not_there_cannot_be_copied(pantry: Pantry) -> None:
    with pytest.raises(NotFound):
        await pantry.copied(Ami("ami-0", REGION, "gone"))


async def test_an_image_below_another_one_cannot_be_deleted(pantry: Pantry) -> None:
    """Deleting it took away the lower layer of every image made from it."""
    given = await pantry.imported()
    image = await pantry.captured(given)
    with pytest.raises(Conflict, match=image.ami_id):
        pantry.store.delete(REGION, given.ami_id)
    assert read(image.path) == expected()
    pantry.store.delete(REGION, image.ami_id)
    pantry.store.delete(REGION, given.ami_id)
    assert pantry.store.amis() == ()
    assert pantry.litter() == []


async def test_deleting_what_is_gone_is_silent(pantry: Pantry) -> None:
    pantry.store.delete(REGION, "ami-0123")


@pytest.mark.parametrize(("region", "ami_id"), [(REGION, "ami-/../../x"), (REGION, "../x"), ("../..", "ami-0123")])
async def test_no_name_leads_out_of_the_store(pantry: Pantry, region: str, ami_id: str) -> None:
    (pantry.home / "x").mkdir(parents=True)
    shutil.copy((await pantry.imported()).path.parent / "ami.json", pantry.home / "x")
    assert pantry.store.find(region, ami_id) is None


async def test_what_an_image_is_called_can_change_and_its_disk_stays(pantry: Pantry) -> None:
    image = await pantry.imported()
    renamed = await pantry.store.rename(image, name="new", tags={"Name": "n"})
    assert (renamed.name, renamed.description, renamed.tags) == ("new", image.description, {"Name": "n"})
    assert pantry.store.find(REGION, image.ami_id) == renamed
    assert checksum(renamed.path) == image.sha256


async def test_a_machines_disk_grows_only_where_it_asks_for_that(pantry: Pantry, tmp_path: Path) -> None:
    image = await pantry.imported()
    small = await pantry.store.make(LaunchSpec(REGION, image.ami_id, "build", "a"), tmp_path / "small", quietly)
    big = await pantry.store.make(
        LaunchSpec(REGION, image.ami_id, "build", "a", volume_gib=1), tmp_path / "big", quietly
    )
    assert (small.grow_to, small.agent, small.base) == (None, False, None)
    assert big.grow_to == 2**30
    assert '"virtual-size": 2097152' in qemu_img("info", "--output=json", big.path)
    assert '"virtual-size": 2097152' in qemu_img("info", "--output=json", small.path)


async def test_a_saved_layer_lies_over_its_base_wherever_the_home_is_now(pantry: Pantry, tmp_path: Path) -> None:
    """It named the base by the path that it had when it was saved."""
    definition = definitions()[0]
    base = pantry.home / "bases" / definition.id / "disk.qcow2"
    base.parent.mkdir(parents=True)
    qemu_img("create", "-q", "-f", "qcow2", base, "2M")
    spec = LaunchSpec(REGION, definition.ami_id(REGION), "build", "a")
    saved = await pantry.store.make(spec, tmp_path / "saved", quietly)
    assert saved.base == definition.id
    write(saved.path, "s")
    qemu_img("rebase", "-u", "-f", "qcow2", "-F", "qcow2", "-b", tmp_path / "gone", saved.path)
    disk = await pantry.store.make(spec, tmp_path / "disk", quietly)
    await pantry.store.copy_layer(saved.path, disk)
    assert read(disk.path).startswith(b"sss")


async def test_a_machine_of_an_unknown_image_is_refused(pantry: Pantry, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="ami-0f0f"):
        await pantry.store.make(LaunchSpec(REGION, "ami-0f0f", "build", "a"), tmp_path / "disk", quietly)


def test_a_base_image_is_known_in_every_region_before_it_is_made(pantry: Pantry) -> None:
    name = definitions()[0].name
    here, there = pantry.store.base_ami(REGION, name), pantry.store.base_ami(OTHER, name)
    assert here.ami_id != there.ami_id
    assert (here.owner, here.virtual_bytes, here.written_bytes) == ("amazon", 0, 0)
    assert pantry.store.find(REGION, here.ami_id) == here
    assert pantry.store.find(OTHER, here.ami_id) is None
    with pytest.raises(NotFound, match="no-such-base"):
        pantry.store.base_ami(REGION, "no-such-base")
