"""One component: which it is, its parameters as its document declares them, and how it is published."""

from typing import Final

from PySide6.QtWidgets import QWidget

from core.catalog.limits import COMPONENTS_PER_RECIPE, INLINE_DOCUMENT_CHARACTERS
from core.errors import BakehouseError, Problem, Severity
from core.recipe.address import Path
from core.recipe.canvas import ComponentCard
from core.recipe.component import Parameter
from core.recipe.tree import Items
from gui.actions import EditComponent
from gui.recipe.declared import Declared, of_connection, of_document
from gui.recipe.forms.bound import TextField, TextsField, choice, truth
from gui.recipe.forms.form import INFORMATION, MORE, Form, Varying
from gui.recipe.forms.shared import NAME_RULE, description, tags
from gui.recipe.forms.workplace import Workplace
from gui.theme.status import SEVERITIES
from gui.widgets.dress import button, heading
from gui.widgets.entry import Choice, Option, TextArea, TextEntry, Tick
from gui.widgets.field import Note, Offer
from gui.widgets.layout import STRETCH, holding, row
from gui.widgets.meter import Meter
from gui.widgets.paragraph import Paragraph

_REFERENCES: Final = {
    "document": ("Document", "components/nginx.yml", "A path beside or below the recipe file, published with it."),
    "uri": ("S3 URI", "s3://bucket/key", "An object in S3, published with the recipe."),
    "componentArn": (
        "Component",
        "aws/update-linux/x.x.x",
        "owner/name/version, or a full ARN. x.x.x is the newest at the time the recipe is published.",
    ),
}

_BASICS: Final = ("name", "semanticVersion", "platform")
_FINER: Final = ("description", "changeDescription", "supportedOsVersions", "kmsKeyId", "tags")


class ComponentForm(Form):
    def __init__(self, at: Workplace, index: int) -> None:
        self._index = index
        self._item: Path = (at.session.draft.recipe_key, "components", index)
        super().__init__(at, "component", self._card_of(at).name or "Component", places=(self._item,))
        self._told: dict[str, Declared] = {}
        self._asked = ""
        self._trouble: BakehouseError | None = None
        self.edit_document = button(at.theme, "Edit document", "", "text", tip="Open it in the component editor")
        self.edit_document.clicked.connect(self._open)
        self._size = Meter(at.theme, "characters of a document", INLINE_DOCUMENT_CHARACTERS)
        self.add(
            Varying(lambda: self._card.kind, self._reference),
            holding(row(self.edit_document, STRETCH)),
            TextField(
                at,
                (*self._item, "disabled"),
                "Disabled",
                Tick("Disabled"),
                "It stays in the file and is left out of the image.",
                write=truth,
            ),
            Varying(self._shape, self._parameters),
            Varying(lambda: self._card.kind != "componentArn", self._publishing),
            self._size,
            _count(at),
        )
        self._follow()

    def refresh(self) -> None:
        if self._index < len(self.at.session.canvas.components):
            super().refresh()
            self._follow()

    def own_notes(self) -> list[Note]:
        card, notes = self._card, []
        if card.missing:
            notes.append(Note(SEVERITIES[Severity.ERROR], card.missing))
        if self._trouble is not None and card.kind == "componentArn":
            message = f"Its parameters can't be looked up: {self._trouble.message}"
            notes.append(Note(SEVERITIES[Severity.WARNING], message, self._trouble.hint))
        count = len(card.document_problems)
        if count:
            worst = max((each.severity for each in card.document_problems), key=lambda each: each is Severity.ERROR)
            words = f"{count} problem{'' if count == 1 else 's'} in the document. {card.document_problems[0].message}"
            notes.append(Note(SEVERITIES[worst], words, "", (Offer("Edit document", self._open),)))
        return notes

    @property
    def _card(self) -> ComponentCard:
        return self._card_of(self.at)

    def _card_of(self, at: Workplace) -> ComponentCard:
        return at.session.canvas.components[self._index]

    def _follow(self) -> None:
        card = self._card
        declared = self._declared()
        self.title.setText(card.name or "Component")
        platform = card.platform or (declared.platform if declared else "")
        version = declared.version if declared and declared.version else card.version
        what = "Test component" if card.type == "TEST" else "Build component"
        facts = " · ".join(filter(None, (what, version, platform)))
        self.sentence.say("\n".join(filter(None, (facts, declared.description if declared else ""))))
        self.edit_document.setVisible(card.path is not None and not card.missing)
        length = self._document_length(card)
        self._size.setVisible(length > 0)
        self._size.measure(length)
        self._ask(card)

    def _document_length(self, card: ComponentCard) -> int:
        folder = self.at.session.draft.folder
        if card.kind != "document" or card.document is None or folder is None:
            return 0
        try:
            return len(folder.read(card.reference))
        except BakehouseError:
            return 0  # the card says already why it can't be read

    # What it declares

    def _declared(self) -> Declared | None:
        card = self._card
        return of_document(card) if card.kind == "document" else self._told.get(card.reference)

    def _ask(self, card: ComponentCard) -> None:
        """Of a component by its ARN, what the connection knows of it; once for each reference that can be right."""
        reference, connection = card.reference, self.at.session.connection
        wrong = any(each.address == f"{card.address}.componentArn" for each in self.at.session.problems)
        if card.kind != "componentArn" or reference == self._asked or wrong or not card.version:
            return
        self._asked = reference
        self.at.answers.ask(
            self,
            ("component", reference),
            lambda: of_connection(reference, connection),
            lambda found: self._learn(reference, found),
            self._fail,
        )

    def _learn(self, reference: str, found: Declared) -> None:
        self._told[reference] = found
        self._trouble = None
        if reference == self._asked:
            self.refresh()

    def _fail(self, error: BakehouseError) -> None:
        self._trouble = error
        self.explain()

    # The parts that vary

    def _reference(self) -> list[QWidget]:
        kind = self._card.kind or "document"
        name, example, words = _REFERENCES[kind]
        return [TextField(self.at, (*self._item, kind), name, TextEntry(example, fixed=True), words, required=True)]

    def _shape(self) -> tuple[object, ...]:
        """What decides which fields there are for parameters."""
        declared = self._declared()
        source, place = self.at.session.draft.source, (*self._item, "parameters")
        lists = tuple(name for name in self._card.parameters if isinstance(source.node((*place, name)), Items))
        known = {each.name for each in declared.parameters} if declared else set()
        others = tuple(name for name in self._card.parameters if name not in known)
        return (declared.parameters if declared else None, others, lists, self._card.kind)

    def _parameters(self) -> list[QWidget]:
        declared = self._declared()
        known = {each.name for each in declared.parameters} if declared else set()
        parts = [self._parameter(each) for each in (declared.parameters if declared else ())]
        place, sure = (*self._item, "parameters"), declared is not None
        parts.extend(_Unknown(self, (*place, name), name, sure) for name in self._card.parameters if name not in known)
        if parts:
            return [heading("Parameters"), *parts]
        return [heading("Parameters"), Paragraph("It has none.", "muted")] if declared is not None else []

    def _parameter(self, declared: Parameter) -> QWidget:
        place = (*self._item, "parameters", declared.name)
        words = declared.description or ""
        required = declared.default is None
        node = self.at.session.draft.source.node(place)
        if isinstance(node, Items) and len(node.items) != 1:
            return TextsField(self.at, place, declared.name, "Value", words, required=required)
        if isinstance(node, Items):
            place = (*place, 0)
        return TextField(self.at, place, declared.name, _control(declared), words, required=required)

    def _publishing(self) -> list[QWidget]:
        at, item, card = self.at, self._item, self._card
        if card.kind == "componentArn":
            return []
        basics = tuple((*item, key) for key in _BASICS)
        finer = tuple(
            (*item, key) for key in ("description", "changeDescription", "supportedOsVersions", "kmsKeyId", "tags")
        )
        return [
            self.closing("Publishing", basics, lambda: _published_as(at, item, card.name)),
            self.closing(MORE, finer, lambda: _described(at, item)),
        ]

    def _open(self) -> None:
        path = self._card.path
        if path is not None:
            self.at.desk.intend(EditComponent(path))


class ComponentsForm(Form):
    """The build lane as a whole."""

    def __init__(self, at: Workplace) -> None:
        sentence = "Components run in this order, from top to bottom. Select one to change it."
        place = (at.session.draft.recipe_key, "components")
        super().__init__(at, "component", "Components", sentence, places=(place,))
        self._meter = _count(at)
        self.add(self._meter)

    def refresh(self) -> None:
        super().refresh()
        self._meter.measure(_published(self.at))


class _Unknown(TextField):
    """A parameter that the document does not declare: shown, with a way to take it away."""

    def __init__(self, form: ComponentForm, place: Path, name: str, sure: bool) -> None:
        self._form = form
        self._sure = sure
        super().__init__(form.at, place, name, TextEntry())

    def explain(self, problems: "tuple[Problem, ...] | list[Problem]") -> None:  # type: ignore[override]
        super().explain(problems)
        remove = Offer(f"Remove {self.name}", self._remove)
        if not self._sure:
            self.remark()
        elif problems:
            self.remark(Note(INFORMATION, "Take it away, or declare it in the document.", "", (remove,)))
        else:
            message = f"The document declares no parameter {self.name}."
            self.remark(Note(SEVERITIES[Severity.ERROR], message, "", (remove,)))

    def _remove(self) -> None:
        self._form.change("Remove parameter", lambda draft: draft.clear(self.place))


def _control(declared: Parameter) -> TextEntry | TextArea | Choice:
    default = declared.default
    if declared.allowed_values:
        unset = f"Default: {default}" if default is not None else "Choose …"
        return Choice([Option("", unset), *(Option(value) for value in declared.allowed_values)])
    placeholder = f"Default: {default}" if default else "Default: empty" if default is not None else ""
    return TextArea(placeholder, lines=4) if default and "\n" in default else TextEntry(placeholder)


def _published(at: Workplace) -> int:
    return sum(not card.disabled for card in at.session.canvas.components)


def _count(at: Workplace) -> Meter:
    meter = Meter(at.theme, "components of a recipe", COMPONENTS_PER_RECIPE)
    meter.measure(_published(at))
    return meter


def _published_as(at: Workplace, item: Path, name: str) -> tuple[QWidget, ...]:
    platforms = (Option("Linux"), Option("Windows"), Option("macOS"))
    return (
        TextField(at, (*item, "name"), "Published as", TextEntry(name), NAME_RULE),
        TextField(
            at,
            (*item, "semanticVersion"),
            "Version",
            TextEntry("1.0.0"),
            "A changed document under the same version becomes its next build.",
        ),
        TextField(at, (*item, "platform"), "Platform", choice(f"Default: {at.session.canvas.platform}", *platforms)),
    )


def _described(at: Workplace, item: Path) -> tuple[QWidget, ...]:
    return (
        description(at, (*item, "description")),
        TextField(at, (*item, "changeDescription"), "What changed", TextEntry("In this version")),
        TextsField(at, (*item, "supportedOsVersions"), "Made for", "System", "Such as Debian 12. Empty: any."),
        TextField(at, (*item, "kmsKeyId"), "KMS key", TextEntry("The service's own"), "Encrypts the document."),
        tags(at, (*item, "tags"), "On the component."),
    )
