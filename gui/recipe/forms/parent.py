"""The parent image: an image of the connection, an AMI, or what an SSM parameter names; and what that is now."""

from typing import Final

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QWidget

from core.errors import BakehouseError, Severity
from core.recipe.draft import Draft
from gui.recipe.forms.bound import TextField, text_at
from gui.recipe.forms.form import Form, Varying
from gui.recipe.forms.workplace import Workplace
from gui.recipe.parents import AMI, SSM, Candidate, Resolved, candidates, resolved
from gui.theme.status import SEVERITIES, Presentation
from gui.theme.tokens import Space, Type
from gui.widgets.dress import button, frame, label
from gui.widgets.entry import Choice, Option, SearchEntry, TextEntry
from gui.widgets.field import Field, Note, Notes
from gui.widgets.layout import column, row
from gui.widgets.paragraph import Paragraph

IMAGE: Final = "image"
ASK_AFTER_MS: Final = 400
"""A pause in typing, after which the connection is asked."""

_LOOKING: Final = Presentation("active", "Looking it up", "active")


class ParentForm(Form):
    def __init__(self, at: Workplace) -> None:
        key = at.session.draft.recipe_key
        self._place = (key, "parentImage")
        super().__init__(at, "parent", "Parent image", "What everything else is put on.", places=(self._place,))
        self._kind = ""
        self._options: list[Option] = []
        self._sources = Choice(
            [
                Option(IMAGE, "Image of the connection"),
                Option(AMI, "AMI, by its id"),
                Option(SSM, "AMI, by an SSM parameter"),
            ]
        )
        self._sources.edited.connect(self._turn_to)
        self._now = _Now(at)
        self.add(
            Field(at.theme, "Taken from", self._sources),
            Varying(self._kind_now, self._field),
            self._now,
            _Overrides(self, key),
        )
        self._follow()
        at.answers.ask(self, ("images",), lambda: candidates(at.session.connection), self._offer, self._no_images)

    def refresh(self) -> None:
        super().refresh()
        self._follow()

    def _follow(self) -> None:
        self._sources.present(self._kind_now())
        self._now.ask(self._value())

    def _value(self) -> str:
        return text_at(self.at.session.draft, self._place)

    def _kind_now(self) -> str:
        value = self._value()
        if self._kind and not value:
            return self._kind
        return next((kind for kind in (AMI, SSM) if value.startswith(kind)), IMAGE)

    def _turn_to(self, kind: str) -> None:
        """Another kind of source begins with an empty field."""
        self._kind = kind
        self.change("Change source of parent image", lambda draft: draft.put(self._place, ""))
        self.refresh()

    def _field(self) -> list[QWidget]:
        match self._kind_now():
            case "ami-":
                control, name, words = TextEntry("ami-0123456789abcdef0", fixed=True), "AMI id", "AMIs are per region."
            case "ssm:":
                control = TextEntry("/aws/service/debian/release/12/latest/amd64", fixed=True)
                name, words = "SSM parameter", "Read each time an image is built, so the newest AMI is used."
            case _:
                return [self._image_field()]
        prefix = SSM if name == "SSM parameter" else ""
        made = TextField(
            self.at,
            self._place,
            name,
            control,
            words,
            required=True,
            write=lambda text: text if text.startswith((AMI, SSM)) or not prefix else prefix + text,
            read=lambda text: text.removeprefix(prefix),
        )
        return [made]

    def _image_field(self) -> QWidget:
        help_text = "A name stands for its newest version. An ARN names one version, or the newest with x.x.x."
        entry = SearchEntry("debian-12-x86", self._options)
        return TextField(self.at, self._place, "Image", entry, help_text, required=True)

    def _offer(self, found: tuple[Candidate, ...]) -> None:
        self._options = [Option(each.reference, each.words) for each in found]
        for entry in self.findChildren(SearchEntry):
            if entry.accessibleName() == "Image":
                entry.offer(self._options)

    def _no_images(self, error: BakehouseError) -> None:
        for field in self.findChildren(TextField):
            if field.name == "Image":
                message = f"The images of this connection can't be listed: {error.message}"
                field.remark(Note(SEVERITIES[Severity.WARNING], message, error.hint))


class _Now(QWidget):
    """What the parent image is at this moment, asked of the connection after a pause in typing."""

    def __init__(self, at: Workplace) -> None:
        super().__init__()
        self._at = at
        self._asked: str | None = None
        self._words = Paragraph("", weight=Type.MEDIUM)
        self._reference = Paragraph("", "muted", Type.SMALL)
        self._notes = Notes(at.theme)
        self._again = button(at.theme, "Ask again", "link")
        self._again.clicked.connect(self._repeat)
        box = frame("sunken")
        head = label("Is now", "muted", Type.SMALL)
        parts = (head, self._words, self._reference, self._notes, row(self._again))
        box.setLayout(column(*parts, gap=Space.HAIR, margin=Space.MEDIUM))
        self.setLayout(column(box))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(ASK_AFTER_MS)
        self._timer.timeout.connect(self._look)
        self._again.hide()

    def ask(self, value: str) -> None:
        if value == self._asked:
            return
        first, self._asked = self._asked is None, value
        self._show("", "", ())
        self.setVisible(bool(value)) if self.parentWidget() is not None else None
        if value and first:
            self._look()
        else:
            self._timer.start()

    @Slot()
    def _repeat(self) -> None:
        self._look()

    @Slot()
    def _look(self) -> None:
        value, connection = self._asked or "", self._at.session.connection
        if not value:
            return
        self._show("", "", (Note(_LOOKING, f"Asking {connection.name} …"),))
        self._at.answers.ask(
            self,
            ("parent", value),
            lambda: resolved(value, connection),
            lambda found: self._tell(value, found),
            lambda error: self._fail(value, error),
        )

    def _tell(self, value: str, found: Resolved) -> None:
        if value == self._asked:
            self._show(found.words, "" if found.reference == value else found.reference, ())

    def _fail(self, value: str, error: BakehouseError) -> None:
        if value == self._asked:
            self._show("", "", (Note(SEVERITIES[Severity.WARNING], error.message, error.hint),))
            self._again.show()

    def _show(self, words: str, reference: str, notes: tuple[Note, ...]) -> None:
        self._words.say(words)
        self._reference.say(reference)
        self._notes.say(notes)
        self._again.hide()


class _Overrides(QWidget):
    """The connections, or kinds of them, that take another parent image."""

    def __init__(self, form: ParentForm, key: str) -> None:
        super().__init__()
        self._form = form
        self._key = key
        at = form.at
        self._whose = SearchEntry(
            "aws, local, or a name",
            [
                Option("aws", "aws — every AWS connection"),
                Option("local", "local — this machine"),
                Option(at.session.connection.name, f"{at.session.connection.name} — the connection chosen now"),
            ],
        )
        self._whose.setAccessibleName("Connection with another parent image")
        adder = button(at.theme, "Add", name="Add parent image for this connection")
        adder.clicked.connect(self._add)
        layout = row(self._whose, adder, gap=Space.HAIR)
        layout.setStretch(0, 1)
        title = label("Elsewhere", weight=Type.BOLD)
        words = Paragraph(
            "Images have other names in other places. A connection named here takes its own parent image.",
            "muted",
            Type.SMALL,
        )
        varying = Varying(self._names, self._fields)
        self.setLayout(column(title, words, varying, layout, gap=Space.SMALL))

    def _names(self) -> tuple[str, ...]:
        return tuple(self._form.at.session.canvas.parent.overrides)

    def _fields(self) -> list[QWidget]:
        return [
            TextField(
                self._form.at,
                ("connections", name, self._key, "parentImage"),
                f"For {name}",
                TextEntry("Image name, ARN, ami-… or ssm:…"),
                "Empty: as above.",
            )
            for name in self._names()
        ]

    @Slot()
    def _add(self) -> None:
        name = self._whose.text().strip()
        place = ("connections", name, self._key, "parentImage")

        def added(draft: Draft) -> Draft:
            return draft.put(place, text_at(draft, (self._key, "parentImage")))

        if name and name not in self._names() and self._form.change(f"Add parent image for {name}", added):
            self._whose.present("")
            self._form.focus_place(place)
