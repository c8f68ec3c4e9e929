"""The machine that builds and tests: its type, its rights, its network, its logs."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from core.catalog.instance_types import INSTANCE_TYPES, InstanceType
from core.catalog.limits import INSTANCE_TAGS
from core.recipe.address import Path
from gui.recipe.forms.bound import Bound, TableField, TextField, TextsField, choice, flag, number, texts_at, truth
from gui.recipe.forms.choosing import looked_up
from gui.recipe.forms.form import MORE, Form
from gui.recipe.forms.shared import description, name, tags
from gui.recipe.forms.workplace import Workplace
from gui.widgets.entry import Option, OptionModel, SearchEntry, TextEntry

KEY: Final = ("infrastructureConfiguration",)
_NETWORK: Final = ("subnetId", "securityGroupIds", "keyPair", "instanceMetadataOptions")
_REST: Final = ("resourceTags", "placement", "terminateInstanceOnCompletion", "name", "description", "tags")


class InfrastructureForm(Form):
    def __init__(self, at: Workplace) -> None:
        sentence = "The machine that builds and tests the image."
        super().__init__(at, "infrastructure", "Infrastructure", sentence, places=(KEY,))
        rates = _rates(at.session.connection.region)
        types = OptionModel([Option(each.name, _words(each, rates)) for each in INSTANCE_TYPES.values()], self)
        self.add(_InstanceTypes(at, types), _profile(at), _termination(at))
        self.section("Network and access", _places(*_NETWORK), lambda: _network(at))
        self.section("Logs and notifications", _places("logging", "snsTopicArn"), lambda: _watching(at))
        self.section(MORE, _places(*_REST), lambda: _rest(at))


def _places(*keys: str) -> tuple[Path, ...]:
    return tuple((*KEY, key) for key in keys)


def _profile(at: Workplace) -> TextField:
    model = OptionModel()
    made = TextField(
        at,
        (*KEY, "instanceProfileName"),
        "Instance profile",
        SearchEntry(at.session.connection.instance_profile or "EC2InstanceProfileForImageBuilder", model),
        "What the machine may do in the account. AWS needs one; Local has no use for it.",
    )
    model.setParent(made)
    looked_up(
        at,
        "instance profiles",
        lambda lookups: lookups.instance_profiles(),
        lambda each: Option(each.name, f"{each.name} — {', '.join(each.roles) or 'no role'}"),
        model,
        made,
    )
    return made


def _termination(at: Workplace) -> TextField:
    return TextField(
        at,
        (*KEY, "terminateInstanceOnFailure"),
        "Terminate the machine on failure",
        flag("yes"),
        "No keeps a failed machine, to look at it and to pay for it, until you terminate it.",
        write=truth,
    )


def _network(at: Workplace) -> tuple[Bound, ...]:
    options = (*KEY, "instanceMetadataOptions")
    versions = (Option("required", "IMDSv2 only"), Option("optional", "IMDSv1 and v2"))
    return (
        _subnet(at),
        _security_groups(at),
        _key_pair(at),
        TextField(
            at,
            (*options, "httpTokens"),
            "Instance metadata",
            choice("Default: as the parent image says", *versions),
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


def _subnet(at: Workplace) -> TextField:
    model = OptionModel()
    made = TextField(
        at,
        (*KEY, "subnetId"),
        "Subnet",
        SearchEntry("Of the default VPC", model),
        "It needs a way to Systems Manager, S3 and what components download. Name security groups as well.",
    )
    model.setParent(made)
    looked_up(
        at,
        "subnets",
        lambda lookups: lookups.subnets(),
        lambda each: Option(each.id, " · ".join(filter(None, (each.id, each.name, each.zone, each.cidr)))),
        model,
        made,
    )
    return made


def _security_groups(at: Workplace) -> TextsField:
    model = OptionModel()
    made = TextsField(
        at,
        (*KEY, "securityGroupIds"),
        "Security groups",
        "Security group",
        "Of the subnet's VPC. Nothing has to come in.",
        make=lambda: SearchEntry("sg-…", model),
    )
    model.setParent(made)
    looked_up(
        at,
        "security groups",
        lambda lookups: lookups.security_groups(),
        lambda each: Option(each.id, " · ".join(filter(None, (each.id, each.name, each.vpc_id)))),
        model,
        made,
    )
    return made


def _key_pair(at: Workplace) -> TextField:
    model = OptionModel()
    words = "To log in over SSH while you look for a mistake."
    made = TextField(at, (*KEY, "keyPair"), "Key pair", SearchEntry("None", model), words)
    model.setParent(made)
    looked_up(at, "key pairs", lambda lookups: lookups.key_pairs(), lambda each: Option(each.name), model, made)
    return made


def _watching(at: Workplace) -> tuple[Bound, ...]:
    logs = (*KEY, "logging", "s3Logs")
    return (
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


def _rest(at: Workplace) -> tuple[Bound, ...]:
    placement = (*KEY, "placement")
    tenancies = (Option("default", "Shared hardware"), Option("dedicated", "Dedicated"), Option("host", "A host"))
    while_they_exist = f"On machines and volumes while they exist. At most {INSTANCE_TAGS}."
    done = (*KEY, "terminateInstanceOnCompletion")
    return (
        TableField(at, (*KEY, "resourceTags"), "Tags of the machine", "Machine tag", while_they_exist),
        TextField(at, (*placement, "availabilityZone"), "Availability zone", TextEntry("Any")),
        TextField(at, (*placement, "tenancy"), "Tenancy", choice("Default: shared hardware", *tenancies)),
        TextField(at, done, "Terminate the machine when done", flag("yes"), write=truth),
        name(at, (*KEY, "name"), at.session.canvas.name),
        description(at, (*KEY, "description")),
        tags(at, (*KEY, "tags"), "On the infrastructure configuration."),
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
        rates = _rates(self.at.session.connection.region)
        known = [_words(found, rates) for each in chosen if (found := INSTANCE_TYPES.get(each))]
        order = "The service takes one that the region has room for." if len(chosen) > 1 else ""
        self.help("\n".join(filter(None, (*known, order))) or "Without one the service chooses.")


def _words(each: InstanceType, rates: Mapping[str, str]) -> str:
    size = f"{each.vcpus} vCPU · {each.memory_mib / 1024:g} GiB · {each.architecture}"
    return " · ".join(filter(None, (f"{each.name} — {size}", rates.get(each.name, ""))))


def _rates(region: str) -> Mapping[str, str]:
    """What an hour of an instance type costs there with Linux; a type whose price is unknown is not in it."""
    from core.aws.quote import PER_USD
    from core.cost.prices import prices

    return {name: f"${Decimal(amount) / PER_USD:.4f} an hour" for name, amount in prices().instances(region).items()}
