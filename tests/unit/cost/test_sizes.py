"""What EC2 would keep of an image that was built on this machine."""

from datetime import date
from decimal import Decimal

from core.aws.local_service import BaseImage
from core.aws.machines import ImageFile
from core.cost.sizes import Library, written

GIB = 2**30


def layer(ami_id: str, size: int, parent: str) -> ImageFile:
    return ImageFile("eu-central-1", ami_id, "web", "/disk.qcow2", size, 8 * GIB, "", parent)


def test_an_image_is_as_large_as_all_of_its_layers() -> None:
    """A layer alone is a few megabytes: as a snapshot's size it would promise a hundredth of the bill."""
    files = [layer("ami-2", GIB // 4, "ami-1"), layer("ami-1", GIB // 2, "ami-base")]
    assert written(files, GIB) == {"ami-2": Decimal("1.75"), "ami-1": Decimal("1.5")}


def test_an_imported_image_stands_on_nothing() -> None:
    assert written([layer("ami-1", GIB, "")], 5 * GIB) == {"ami-1": 1}


def test_an_image_whose_base_is_gone_has_no_size() -> None:
    assert written([layer("ami-1", GIB, "ami-base")], 0) == {}


def test_an_image_that_names_itself_as_parent_has_no_size() -> None:
    """It would be followed for ever."""
    assert written([layer("ami-1", GIB, "ami-1")], GIB) == {}


def test_an_image_of_no_bytes_was_not_measured() -> None:
    """It would cost nothing to keep."""
    assert written([layer("ami-1", 0, "")], GIB) == {}


def test_an_image_stands_on_the_largest_base_where_there_are_several() -> None:
    """Their sum made every image as large as all bases together."""
    made = date(2026, 11, 25)
    bases = (BaseImage("debian-12-x86", GIB, made), BaseImage("debian-13-x86", 2 * GIB, made))
    assert Library(bases, (layer("ami-1", GIB // 2, "ami-base"),)).sizes == {"ami-1": Decimal("2.5")}
