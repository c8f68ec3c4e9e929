"""The shape of a bake: all that its cost depends on, and nothing else.

It is read once from a recipe, a region and what earlier runs took (`core.cost.shape`). From then on everything is pure:
a what-if is `dataclasses.replace` on a shape, and the same shape costs the same wherever it is shown.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from core.cost.amount import NONE, Range
from core.cost.prices import System


class Output(StrEnum):
    AMI = "AMI"
    CONTAINER = "container image"


class Scan(StrEnum):
    """What Amazon Inspector looks at."""

    NOTHING = "nothing"
    INSTANCE = "the machine that tests"
    AMI = "the AMI, on demand"
    CONTAINER = "the container image"


@dataclass(frozen=True, slots=True)
class Volume:
    """One volume of the machine that builds and of the one that tests; None for what its type comes with."""

    type: str
    gib: int
    iops: int | None = None
    throughput: int | None = None
    """MiB/s"""
    device: str = ""
    assumed: bool = False
    """Whether the recipe leaves its size open: to the parent image, or to a snapshot."""


@dataclass(frozen=True, slots=True)
class Target:
    """A region the image goes to. `copies` counts the accounts that get a copy of their own there; `exports` are the
    disk image formats written to S3; `fast_launch` keeps snapshots provisioned for quick Windows starts."""

    region: str
    copies: int = 1
    exports: tuple[str, ...] = ()
    fast_launch: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """A bake as its bill sees it. The build region keeps an image of its own whether `targets` name it or not."""

    region: str
    instance_types: tuple[str, ...]
    """EC2 gives one of them, so the price is between the cheapest and the dearest."""
    build: Range
    """Seconds the machine that builds is there."""
    test: tuple[Range, ...]
    """Seconds of each machine that tests, if `tests` are on. A container image is tested where it was built."""
    volumes: tuple[Volume, ...]
    stored: Range
    """GiB written, of one version in one region."""
    targets: tuple[Target, ...] = ()
    system: System = "Linux"
    surcharges: tuple[str, ...] = ()
    """What AWS adds to an instance and no price is known of, such as RHEL or dedicated tenancy."""
    output: Output = Output.AMI
    tests: bool = True
    again: tuple[Range, ...] = ()
    """Seconds of each machine of an attempt that was repeated."""
    public_ip: bool = True
    log: Range = NONE
    """GiB"""
    logs_in_s3: bool = False
    scan: Scan = Scan.NOTHING
    versions: int = 1
    """How many are kept, at least one: when a newer one comes the oldest goes."""
    runs_per_month: Range = NONE
    schedule: str = ""
    disabled: bool = False
    """Whether the pipeline heeds no schedule."""
    assumptions: tuple[str, ...] = ()
    """Sentences: what was taken for granted that can't be told from the rest (`core.cost.assumptions`)."""

    @property
    def machines(self) -> tuple[Range, ...]:
        """Seconds of every machine the bake starts, the one that builds first."""
        tests = self.test if self.tests else ()
        last = (self.build, *tests) if self.output is Output.AMI else (sum(tests, self.build),)
        return (*last, *self.again)

    @property
    def gib(self) -> int:
        """All volumes of a machine."""
        return sum(volume.gib for volume in self.volumes)

    @property
    def regions(self) -> tuple[str, ...]:
        """Where the image ends up, the build region first, each once."""
        return tuple(dict.fromkeys((self.region, *(target.region for target in self.targets))))

    @property
    def others(self) -> tuple[Target, ...]:
        """Where it is copied to."""
        return tuple(target for target in self.targets if target.region != self.region)

    def moved(self, region: str) -> "Shape":
        """The same bake built in another region, which changes places with the present one: as many copies are made.

        What the build region was to the bake the other now is, and the other way round.
        """
        swap = {self.region: region, region: self.region}
        targets = tuple(replace(each, region=swap.get(each.region, each.region)) for each in self.targets)
        return replace(self, region=region, targets=targets)

    def built_in(self, region: str) -> "Shape":
        """The same bake built in another region, its image still going to every region where it is now."""
        return self.distributed(self.regions, region=region)

    def distributed(self, regions: tuple[str, ...], *, region: str = "") -> "Shape":
        """The same bake with these regions as targets; what was configured for one of them stays."""
        known = {target.region: target for target in self.targets}
        targets = tuple(known.get(each, Target(each)) for each in dict.fromkeys(regions))
        return replace(self, region=region or self.region, targets=targets)
