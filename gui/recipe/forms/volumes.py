"""Block device mappings: the disks of the machine that builds the image, and of the image."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QWidget

from core.recipe.address import Path
from core.recipe.render import Value
from gui.recipe.forms.bound import TextField, choice, flag, number, truth
from gui.recipe.forms.form import Blocks, Form
from gui.theme.tokens import Space
from gui.widgets.entry import Option, SearchEntry, TextEntry
from gui.widgets.layout import Part, row

TYPES: Final = (
    Option("gp3", "gp3 — general purpose SSD"),
    Option("gp2", "gp2 — general purpose SSD, older"),
    Option("io1", "io1 — provisioned IOPS SSD"),
    Option("io2", "io2 — provisioned IOPS SSD, durable"),
    Option("st1", "st1 — throughput HDD"),
    Option("sc1", "sc1 — cold HDD"),
    Option("standard", "standard — magnetic"),
)
DEVICES: Final = (
    Option("/dev/xvda", "/dev/xvda — root of Amazon Linux and Debian"),
    Option("/dev/sda1", "/dev/sda1 — root of Ubuntu, RHEL and Windows"),
    Option("/dev/sdb", "/dev/sdb — a second disk"),
)

_FINER: Final = ("encrypted", "deleteOnTermination", "iops", "throughput", "kmsKeyId", "snapshotId")


def volumes(form: Form, place: Path) -> Blocks:
    """The editor of the list of mappings at `place`."""

    def fields(index: int) -> Sequence[QWidget]:
        return _fields(form, (*place, index))

    def new() -> Value:
        taken = {form.at.session.draft.source.value((*place, index, "deviceName")) for index in range(26)}
        free = next(each for each in (DEVICES[0].value, *_spare()) if each not in taken)
        return {"deviceName": free, "ebs": {"volumeSize": 20}}

    empty = "The disks of the parent image, as large as they are there."
    return Blocks(form, place, "volume", fields, new, empty)


def _spare() -> list[str]:
    return [f"/dev/sd{letter}" for letter in "bcdefghijklmnopqrstuvwxyz"]


def _fields(form: Form, item: Path) -> Sequence[QWidget]:
    at, ebs = form.at, (*item, "ebs")
    device = TextField(
        at,
        (*item, "deviceName"),
        "Device",
        SearchEntry("/dev/xvda", DEVICES),
        "The parent image's own name of the disk.",
    )
    size = TextField(at, (*ebs, "volumeSize"), "Size in GiB", TextEntry("As the parent"), write=number)
    kind = TextField(at, (*ebs, "volumeType"), "Type", choice("Default: as the parent", *TYPES))
    finer = tuple((*ebs, key) for key in _FINER)
    return (device, size, kind, form.closing("More about this volume", finer, lambda: _more(form, ebs)))


def _more(form: Form, ebs: Path) -> Sequence[Part]:
    at = form.at
    iops = TextField(at, (*ebs, "iops"), "IOPS", TextEntry("Default"), "For gp3, io1, io2.", write=number)
    speed = TextField(at, (*ebs, "throughput"), "MiB/s", TextEntry("Default"), "For gp3.", write=number)
    encrypted = TextField(at, (*ebs, "encrypted"), "Encrypted", flag("as the parent and account"), write=truth)
    deleted = TextField(
        at,
        (*ebs, "deleteOnTermination"),
        "Delete with the machine",
        flag("yes"),
        "No keeps a disk, and its cost, after every build and test.",
        write=truth,
    )
    key = TextField(at, (*ebs, "kmsKeyId"), "KMS key", TextEntry("The account's default key"), "For an encrypted disk.")
    snapshot = TextField(at, (*ebs, "snapshotId"), "Snapshot", TextEntry("snap-…"), "Start with this content.")
    return (encrypted, deleted, row(iops, speed, gap=Space.SMALL), key, snapshot)
