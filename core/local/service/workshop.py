"""The real workshop: QEMU machines, images in files, the workflow engine. Apart, because it is heavy to load."""

from core.local.endpoint import Home
from core.local.image.store import FileImageStore
from core.local.machine.checkpoint import Checkpoints
from core.local.machine.curves import CurveShelf
from core.local.machine.fleet import QemuFleet
from core.local.service.app import Workshop
from core.local.service.ports import BuildingEngine
from core.local.store.builds import Builds
from core.local.toe.outside import LocalOutside
from core.local.workflow.engine import BuildEngine


def real_workshop(home: Home) -> Workshop:
    """The workshop that a service of `home` bakes with."""
    images = FileImageStore(home.root, bases=home.bases, images=home.images)
    fleet = QemuFleet(home.runs, images, CurveShelf(home.curves), Checkpoints(home.checkpoints))

    def engine(builds: Builds) -> BuildingEngine:
        def document(arn: str) -> str | None:
            found = builds.component(arn)
            return None if found is None else str(found["data"])

        outside = LocalOutside(home.buckets, home.parameters, document)
        return BuildEngine(builds, fleet, images, outside, home)

    return Workshop(images, fleet, engine)
