"""The image a build makes, as facts read once from its record when the build begins.

An image carries full copies of its recipe and configurations, so a running build is not touched by later updates
(EC2 Image Builder user guide: distribution settings are not retroactive).
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.errors import Invalid
from core.local.workflow.values import Json
from core.recipe.names import Arn

ROOT_DEVICES = ("/dev/xvda", "/dev/sda1", "/dev/sda", "/dev/vda")

Members = Mapping[str, Json]


def members(value: Json) -> Members:
    """A member that is a structure; empty when it is missing."""
    return value if isinstance(value, Mapping) else {}


def listed(value: Json) -> Sequence[Json]:
    """A member that is a list; empty when it is missing."""
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def text(value: Json) -> str:
    """A member that is a string; "" when it is missing."""
    return value if isinstance(value, str) else ""


def tag_map(value: Json) -> dict[str, str]:
    return {key: str(item) for key, item in members(value).items()}


@dataclass(frozen=True, slots=True)
class Subject:
    """One image resource on its way. `record` is the image in GetImage's shape."""

    arn: Arn
    record: Members

    @classmethod
    def of(cls, record: Members) -> "Subject":
        """Raises ValueError when the record has no build version ARN."""
        arn = Arn.parse(text(record["arn"]))
        if arn.version is None or arn.build is None:
            raise ValueError(f"{arn} is not the ARN of an image build version")
        return cls(arn, record)

    @property
    def region(self) -> str:
        return self.arn.region

    @property
    def account_id(self) -> str:
        return self.arn.owner

    @property
    def name(self) -> str:
        """As typed by the user, not the slug."""
        return text(self.record.get("name")) or self.arn.name

    @property
    def version(self) -> str:
        return self.arn.version or ""

    @property
    def build(self) -> int:
        return self.arn.build or 0

    @property
    def recipe(self) -> Members:
        return members(self.record.get("imageRecipe"))

    @property
    def infrastructure(self) -> Members:
        return members(self.record.get("infrastructureConfiguration"))

    @property
    def distributions(self) -> tuple[Members, ...]:
        configuration = members(self.record.get("distributionConfiguration"))
        return tuple(members(entry) for entry in listed(configuration.get("distributions")))

    def distribution(self, region: str) -> Members:
        """The distribution settings of one Region; empty when there are none."""
        return next((entry for entry in self.distributions if entry.get("region") == region), {})

    @property
    def platform(self) -> str:
        return text(self.record.get("platform")) or "Linux"

    @property
    def image_type(self) -> str:
        return text(self.record.get("type")) or "AMI"

    @property
    def tests_enabled(self) -> bool:
        return members(self.record.get("imageTestsConfiguration")).get("imageTestsEnabled", True) is not False

    @property
    def collects_metadata(self) -> bool:
        return self.record.get("enhancedImageMetadataEnabled", True) is not False

    @property
    def scans(self) -> bool:
        return members(self.record.get("imageScanningConfiguration")).get("imageScanningEnabled", False) is True

    @property
    def terminates_on_failure(self) -> bool:
        return self.infrastructure.get("terminateInstanceOnFailure", True) is not False

    @property
    def terminates_on_completion(self) -> bool:
        return self.infrastructure.get("terminateInstanceOnCompletion", True) is not False

    @property
    def working_directory(self) -> str:
        return text(self.recipe.get("workingDirectory")) or "/tmp"  # noqa: S108 - the service's default in the guest

    @property
    def instance_types(self) -> tuple[str, ...]:
        return tuple(text(item) for item in listed(self.infrastructure.get("instanceTypes")))

    @property
    def log_group(self) -> str:
        given = members(self.record.get("loggingConfiguration")).get("logGroupName")
        return text(given) or f"/aws/imagebuilder/{self.name}"

    @property
    def log_stream(self) -> str:
        return f"{self.version}/{self.build}"

    @property
    def _volumes(self) -> list[tuple[str, Json]]:
        """(device name, size in GiB) of the recipe's mappings, the root volume's first: by name, else as listed."""
        mappings = [members(mapping) for mapping in listed(self.recipe.get("blockDeviceMappings"))]
        volumes = [(text(each.get("deviceName")), members(each.get("ebs")).get("volumeSize")) for each in mappings]
        return sorted(volumes, key=lambda volume: volume[0] not in ROOT_DEVICES)

    @property
    def root_volume_gib(self) -> int | None:
        """The size the recipe asks for the root volume."""
        sizes = [size for _, size in self._volumes[:1] if isinstance(size, int)]
        return sizes[0] if sizes else None

    @property
    def further_volumes(self) -> tuple[str, ...]:
        """The device names of mappings beyond the root volume's."""
        return tuple(name for name, _ in self._volumes[1:])

    @property
    def user_data(self) -> bytes:
        """`userDataOverride`, decoded; empty when none is given. Raises Invalid when it is not base64."""
        override = text(members(self.recipe.get("additionalInstanceConfiguration")).get("userDataOverride"))
        try:
            return base64.b64decode(override, validate=True)
        except binascii.Error as error:
            raise Invalid("additionalInstanceConfiguration.userDataOverride is not base64.") from error

    def ami_tags(self, extra: Members) -> dict[str, str]:
        """The tags of an AMI: Image Builder's own two, and `extra` over them."""
        return {"CreatedBy": "EC2 Image Builder", "Ec2ImageBuilderArn": str(self.arn), **tag_map(extra)}
