"""Making room takes what nothing needs, and nothing else."""

from pathlib import Path

from core.local.base.definition import definitions
from core.local.machine.ports import Ami
from tests.functional.image.pantry import REGION, OneDisk, Pantry, qemu_img, quietly, read


async def pruned(pantry: Pantry, *in_use: Ami, dry_run: bool = False) -> set[str]:
    removed = await pantry.store.prune(in_use=frozenset(ami.ami_id for ami in in_use), dry_run=dry_run)
    assert all(one.bytes > 0 for one in removed)
    return {f"{one.kind} {one.name}" for one in removed}


def name(ami: Ami) -> str:
    return f"image {ami.region}/{ami.ami_id}"


def base(pantry: Pantry, folder: str) -> Path:
    """A made base image in the store."""
    disk = pantry.home / "bases" / folder / "disk.qcow2"
    disk.parent.mkdir(parents=True)
    qemu_img("create", "-q", "-f", "qcow2", disk, "2M")
    return disk


async def test_an_image_in_use_stays_with_all_below_it(pantry: Pantry) -> None:
    """Pruned by use alone, the image under a used one was taken away and the used one could not be read any more."""
    given = await pantry.imported()
    middle = await pantry.captured(given)
    top = await pantry.captured(middle, "c")
    assert await pruned(pantry, top) == set()
    assert len(read(top.path)) == top.virtual_bytes


async def test_images_above_one_in_use_go(pantry: Pantry) -> None:
    given = await pantry.imported()
    above = await pantry.captured(given)
    assert await pruned(pantry, given) == {name(above)}
    assert pantry.store.amis() == (given,)


async def test_a_copy_keeps_what_it_rests_on_and_not_what_it_was_copied_from(pantry: Pantry) -> None:
    given = await pantry.imported()
    image = await pantry.captured(given)
    copy = await pantry.copied(image)
    assert await pruned(pantry, copy) == {name(image)}
    assert len(read(copy.path)) == copy.virtual_bytes


async def test_a_dry_run_tells_and_takes_nothing(pantry: Pantry) -> None:
    given = await pantry.imported()
    base(pantry, "debian-11-x86-1.0.0-0123456789ab")
    told = await pruned(pantry, dry_run=True)
    assert told == {name(given), "base debian-11-x86-1.0.0-0123456789ab"}
    assert pantry.store.amis() == (given,)
    assert await pruned(pantry) == told
    assert pantry.store.amis() == ()
    assert list((pantry.home / "bases").iterdir()) == []


async def test_the_base_image_of_today_stays_though_nothing_rests_on_it(pantry: Pantry) -> None:
    disk = base(pantry, definitions()[0].id)
    assert await pruned(pantry) == set()
    assert disk.exists()


async def test_an_older_base_image_stays_while_an_image_rests_on_it(pantry: Pantry) -> None:
    """After an update of Bakehouse, pruning took away the base of everything built before."""
    today = base(pantry, definitions()[0].id)
    disk = pantry.home / "runs" / "disk.qcow2"
    disk.parent.mkdir()
    qemu_img("create", "-q", "-f", "qcow2", "-b", today, "-F", "qcow2", disk)
    image = await pantry.store.capture(
        OneDisk(disk), "i-1", region=REGION, name="x", description="", tags={}, report=quietly
    )
    older = today.parent.rename(today.parent.with_name("debian-12-x86-11.0.0-0123456789ab"))
    record = image.path.parent / "ami.json"
    record.write_text(record.read_text().replace(definitions()[0].id, older.name))
    assert await pruned(pantry, image) == set()
    assert older.exists()
    assert await pruned(pantry) == {name(image), f"base {older.name}"}
    assert not older.exists()
