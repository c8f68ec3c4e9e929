"""What one region gets: the image under a name, who may start it, and where its id is put."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from PySide6.QtWidgets import QWidget

from core.catalog.limits import LAUNCH_TEMPLATES_PER_REGION, SSM_PARAMETERS_PER_REGION
from core.catalog.regions import REGIONS
from core.errors import BakehouseError
from core.recipe.address import Path
from core.recipe.ami_names import ami_name
from core.recipe.render import Value
from gui.recipe.forms.bound import TableField, TextField, TextsField, choice, flag, text_at, truth
from gui.recipe.forms.choosing import looked_up
from gui.recipe.forms.form import MORE, Blocks, Form
from gui.recipe.forms.shared import description, name, tags
from gui.recipe.forms.workplace import Workplace
from gui.theme.tokens import Type
from gui.widgets.entry import Option, OptionModel, SearchEntry, TextEntry, Tick
from gui.widgets.paragraph import Paragraph

_EXAMPLE_BUILD: Final = 1


class RegionForm(Form):
    def __init__(self, at: Workplace, index: int) -> None:
        self._item: Path = ("distributions", index)
        code = text_at(at.session.draft, (*self._item, "region"))
        sentence = REGIONS[code].name if code in REGIONS else "One region of the distribution."
        super().__init__(at, "region", code or "Region", sentence, places=(self._item,))
        self._container = at.session.draft.recipe_key == "containerRecipe"
        regions = [Option(each.code, f"{each.code} — {each.name}") for each in REGIONS.values()]
        self._region = TextField(
            at, (*self._item, "region"), "Region", SearchEntry("eu-central-1", regions), required=True
        )
        self.add(self._region)
        if self._container:
            self._container_fields()
        else:
            self._image_fields()

    def refresh(self) -> None:
        super().refresh()
        code = text_at(self.at.session.draft, (*self._item, "region"))
        self.title.setText(code or "Region")
        self.sentence.say(REGIONS[code].name if code in REGIONS else "One region of the distribution.")

    def _image_fields(self) -> None:
        at, ami = self.at, (*self._item, "amiDistributionConfiguration")
        sharing = (*ami, "launchPermission")
        self.add(
            _AmiName(at, (*ami, "name")),
            description(at, (*ami, "description")),
            TableField(at, (*ami, "amiTags"), "AMI tags", "AMI tag", "On the AMI in this region."),
        )
        copies = ((*ami, "targetAccountIds"), (*ami, "kmsKeyId"))
        licences = (*self._item, "licenseConfigurationArns")
        self.section("Who may start it", (sharing,), lambda: _sharing(at, sharing))
        self.section("Copies and encryption", copies, lambda: _copies(at, ami))
        self._blocks("Launch templates", "launchTemplateConfigurations", self._templates)
        self._blocks("SSM parameters", "ssmParameterConfigurations", self._parameters)
        self.section(MORE, (licences,), lambda: (_licences(at, licences),))

    def _blocks(self, title: str, key: str, build: Callable[[Path], Blocks]) -> None:
        place = (*self._item, key)
        self.section(title, (place,), lambda: (build(place),))

    def _templates(self, place: Path) -> Blocks:
        words = f"None. A launch template gets a new version with the new AMI. At most {LAUNCH_TEMPLATES_PER_REGION}."
        return Blocks(self, place, "launch template", self._template_fields, lambda: {"launchTemplateId": "lt-"}, words)

    def _parameters(self, place: Path) -> Blocks:
        words = f"None. A parameter tells others the id of the newest AMI. At most {SSM_PARAMETERS_PER_REGION}."
        return Blocks(self, place, "SSM parameter", self._parameter_fields, self._new_parameter, words)

    def _template_fields(self, index: int) -> list[QWidget]:
        item = (*self._item, "launchTemplateConfigurations", index)
        at, model = self.at, OptionModel()
        entry = SearchEntry("lt-…", model)
        template = TextField(at, (*item, "launchTemplateId"), "Launch template id", entry, required=True)
        model.setParent(template)
        if text_at(at.session.draft, (*self._item, "region")) == at.session.connection.region:
            looked_up(
                at,
                "launch templates",
                lambda lookups: lookups.launch_templates(),
                lambda each: Option(each.id, f"{each.id} — {each.name}"),
                model,
                template,
            )
        return [
            template,
            TextField(at, (*item, "setDefaultVersion"), "Make it the default version", flag("no"), write=truth),
            TextField(at, (*item, "accountId"), "Account", TextEntry("This account")),
        ]

    def _parameter_fields(self, index: int) -> list[QWidget]:
        item = (*self._item, "ssmParameterConfigurations", index)
        kinds = (Option("aws:ec2:image", "AMI id, checked by EC2"), Option("text", "Plain text"))
        return [
            TextField(self.at, (*item, "parameterName"), "Parameter", TextEntry("/images/web-server"), required=True),
            TextField(self.at, (*item, "dataType"), "Data type", choice("Default: AMI id, checked by EC2", *kinds)),
            TextField(self.at, (*item, "amiAccountId"), "Account of the AMI", TextEntry("This account")),
        ]

    def _new_parameter(self) -> Value:
        return {"parameterName": f"/images/{self.at.session.canvas.name}"}

    def _container_fields(self) -> None:
        at, container = self.at, (*self._item, "containerDistributionConfiguration")
        self.add(
            TextField(
                at,
                (*container, "targetRepository", "repositoryName"),
                "Target repository",
                TextEntry("team/web-server"),
                "A repository of Amazon ECR in this region.",
                required=True,
            ),
            TextsField(
                at, (*container, "containerTags"), "Container tags", "Container tag", "Such as latest."
            ),
            description(at, (*container, "description")),
        )  # fmt: skip


def _sharing(at: Workplace, place: Path) -> tuple[QWidget, ...]:
    words = "Twelve digits each. They start it, you own it."
    units = (*place, "organizationalUnitArns")
    return (
        TextsField(at, (*place, "userIds"), "Accounts", "Account", words),
        TextField(
            at,
            (*place, "userGroups"),
            "Public",
            Tick("Public: everybody may start it"),
            "Not possible for an encrypted image.",
            write=lambda text: ["all"] if text == "true" else None,
            read=lambda text: "true" if "all" in text else "false",
        ),
        TextsField(at, (*place, "organizationArns"), "Organisations", "Organisation", "Their ARNs."),
        TextsField(at, units, "Organisational units", "Organisational unit", "Their ARNs."),
    )


def _copies(at: Workplace, ami: Path) -> tuple[QWidget, ...]:
    role = "They get a copy of their own. Each needs the role EC2ImageBuilderDistributionCrossAccountRole."
    key = TextEntry("Not encrypted anew")
    return (
        TextsField(at, (*ami, "targetAccountIds"), "Target accounts", "Target account", role),
        TextField(at, (*ami, "kmsKeyId"), "KMS key", key, "ARN of a key in this region. Copies are encrypted with it."),
    )


def _licences(at: Workplace, place: Path) -> TextsField:
    return TextsField(at, place, "Licence configurations", "Licence configuration", "ARNs of License Manager.")


class DistributionForm(Form):
    """All regions together: what the distribution configuration is called."""

    def __init__(self, at: Workplace) -> None:
        key = ("distributionConfiguration",)
        sentence = "Each region gets the image under a name of its own. Select a region to change what it gets."
        super().__init__(at, "region", "Distribution", sentence, places=(key, ("distributions",)))
        self.add(
            name(at, (*key, "name"), at.session.canvas.name),
            description(at, (*key, "description")),
            tags(at, (*key, "tags"), "On the distribution configuration."),
        )


class _AmiName(TextField):
    """The AMI's name, and what becomes of it."""

    def __init__(self, at: Workplace, place: Path) -> None:
        self._preview = Paragraph("", step=Type.SMALL)
        example = f"{at.session.canvas.name} {{{{ imagebuilder:buildDate }}}}"
        words = (
            "Needs {{ imagebuilder:buildDate }}, so that each name is new. {{ imagebuilder:buildVersion }} works too."
        )
        super().__init__(at, place, "AMI name", TextEntry(example), words)
        self.append(self._preview)

    def refresh(self) -> None:
        super().refresh()
        draft = self.at.session.draft
        template = text_at(draft, self.place)
        key = draft.recipe_key
        image = text_at(draft, (key, "name")) or self.at.session.canvas.name
        try:
            made = ami_name(template, image_name=image, build=_EXAMPLE_BUILD, moment=datetime.now(UTC))
        except BakehouseError as error:
            self._preview.say(error.message)
        else:
            self._preview.say(f"Now it would be: {made}")
