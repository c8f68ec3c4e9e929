"""The machine that builds and tests: its type, its rights, its network, its logs."""

from typing import Final

from core.catalog.instance_types import INSTANCE_TYPES, InstanceType
from core.catalog.limits import INSTANCE_TAGS
from gui.recipe.forms.bound import TableField, TextField, TextsField, choice, flag, number, texts_at, truth
from gui.recipe.forms.choosing import looked_up
from gui.recipe.forms.form import MORE, Form
from gui.recipe.forms.shared import description, name, tags
from gui.recipe.forms.workplace import Workplace
from gui.widgets.entry import Option, OptionModel, SearchEntry, TextEntry

KEY: Final = ("infrastructureConfiguration",)


class InfrastructureForm(Form):
    def __init__(self, at: Workplace) -> None:
        super().__init__(
            at, "infrastructure", "Infrastructure", "The machine that builds and tests the image.", places=(KEY,)
        )
        types = OptionModel([Option(each.name, _words(each)) for each in INSTANCE_TYPES.values()], self)
        self._profiles, self._subnets, self._groups, self._pairs = (OptionModel((), self) for _ in range(4))
        self._types = _InstanceTypes(at, types)
        given = at.session.connection.instance_profile
        self._profile = TextField(
            at,
            (*KEY, "instanceProfileName"),
            "Instance profile",
            SearchEntry(given or "EC2InstanceProfileForImageBuilder", self._profiles),
            "What the machine may do in the account. AWS needs one; Local has no use for it.",
        )
        self.add(
            self._types,
            self._profile,
            TextField(
                at,
                (*KEY, "terminateInstanceOnFailure"),
                "Terminate the machine on failure",
                flag("yes"),
                "No keeps a failed machine, to look at it and to pay for it, until you terminate it.",
                write=truth,
            ),
        )
        self._network()
        self._watching()
        self._rest()
        self._look_up()

    def _network(self) -> None:
        at = self.at
        self._subnet = TextField(
            at,
            (*KEY, "subnetId"),
            "Subnet",
            SearchEntry("Of the default VPC", self._subnets),
            "It needs a way to Systems Manager, S3 and what components download. Name security groups as well.",
        )
        self._security = TextsField(
            at,
            (*KEY, "securityGroupIds"),
            "Security groups",
            "Security group",
            "Of the subnet's VPC. Nothing has to come in.",
            make=lambda: SearchEntry("sg-…", self._groups),
        )
        self._pair = TextField(
            at,
            (*KEY, "keyPair"),
            "Key pair",
            SearchEntry("None", self._pairs),
            "To log in over SSH while you look for a mistake.",
        )
        options = (*KEY, "instanceMetadataOptions")
        self.section(
            "Network and access",
            self._subnet,
            self._security,
            self._pair,
            TextField(
                at,
                (*options, "httpTokens"),
                "Instance metadata",
                choice(
                    "Default: as the parent image says",
                    Option("required", "IMDSv2 only"),
                    Option("optional", "IMDSv1 and v2"),
                ),
                "IMDSv2 keeps the machine's role safer.",
            ),
            TextField(
                at,
                (*options, "httpPutResponseHopLimit"),
                "Metadata hop limit",
                TextEntry("1"),
                "From 1 to 64. Containers on the machine need 2.",
                write=number,
            ),
        )

    def _watching(self) -> None:
        at, logs = self.at, (*KEY, "logging", "s3Logs")
        self.section(
            "Logs and notifications",
            TextField(at, (*logs, "s3BucketName"), "S3 bucket for logs", TextEntry("None")),
            TextField(at, (*logs, "s3KeyPrefix"), "Folder in the bucket", TextEntry("image-builder/")),
            TextField(
                at,
                (*KEY, "snsTopicArn"),
                "SNS topic",
                TextEntry("arn:aws:sns:…", fixed=True),
                "Told when a build ends. FIFO topics don't work.",
            ),
        )

    def _rest(self) -> None:
        at, placement = self.at, (*KEY, "placement")
        tenancies = (Option("default", "Shared hardware"), Option("dedicated", "Dedicated"), Option("host", "A host"))
        self.section(
            MORE,
            TableField(
                at,
                (*KEY, "resourceTags"),
                "Tags of the machine",
                "Machine tag",
                f"On machines and volumes while they exist. At most {INSTANCE_TAGS}.",
            ),
            TextField(at, (*placement, "availabilityZone"), "Availability zone", TextEntry("Any")),
            TextField(at, (*placement, "tenancy"), "Tenancy", choice("Default: shared hardware", *tenancies)),
            TextField(
                at,
                (*KEY, "terminateInstanceOnCompletion"),
                "Terminate the machine when done",
                flag("yes"),
                write=truth,
            ),
            name(at, (*KEY, "name"), at.session.canvas.name),
            description(at, (*KEY, "description")),
            tags(at, (*KEY, "tags"), "On the infrastructure configuration."),
        )

    def _look_up(self) -> None:
        at = self.at
        looked_up(
            at,
            "instance profiles",
            lambda lookups: lookups.instance_profiles(),
            lambda each: Option(each.name, f"{each.name} — {', '.join(each.roles) or 'no role'}"),
            self._profiles,
            lambda: self._profile,
        )
        looked_up(
            at,
            "subnets",
            lambda lookups: lookups.subnets(),
            lambda each: Option(each.id, " · ".join(filter(None, (each.id, each.name, each.zone, each.cidr)))),
            self._subnets,
            lambda: self._subnet,
        )
        looked_up(
            at,
            "security groups",
            lambda lookups: lookups.security_groups(),
            lambda each: Option(each.id, " · ".join(filter(None, (each.id, each.name, each.vpc_id)))),
            self._groups,
            lambda: self._security,
        )
        looked_up(
            at,
            "key pairs",
            lambda lookups: lookups.key_pairs(),
            lambda each: Option(each.name),
            self._pairs,
            lambda: self._pair,
        )


class _InstanceTypes(TextsField):
    """The types in order of preference; what they are is said below."""

    def __init__(self, at: Workplace, types: OptionModel) -> None:
        super().__init__(
            at,
            (*KEY, "instanceTypes"),
            "Instance types",
            "Instance type",
            make=lambda: SearchEntry("t3.medium", types),
        )

    def refresh(self) -> None:
        super().refresh()
        chosen = texts_at(self.at.session.draft, self.place)
        known = [_words(found) for each in chosen if (found := INSTANCE_TYPES.get(each))]
        order = "The service takes one that the region has room for." if len(chosen) > 1 else ""
        self.help("\n".join(filter(None, (*known, order))) or "Without one the service chooses.")


def _words(each: InstanceType) -> str:
    return f"{each.name} — {each.vcpus} vCPU · {each.memory_mib / 1024:g} GiB · {each.architecture}"
