"""A new component: a template and a file name chosen, the document written beside the recipe file and added to it.

It is a page and no dialog: nothing is lost by leaving it.
"""

import re
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStackedWidget, QWidget

from core.errors import BakehouseError, Conflict, HostFault
from core.recipe.component_draft import ComponentDraft
from core.recipe.editable import free_name
from core.recipe.templates import Template, component_templates
from gui.actions import Desk
from gui.session import Session
from gui.theme.theme import Theme
from gui.theme.tokens import Size, Space
from gui.widgets.code_editor import CodeEditor
from gui.widgets.document_entry import LineEntry
from gui.widgets.dress import button, heading, label, set_look, title
from gui.widgets.layout import STRETCH, column, row
from gui.widgets.notice import EmptyState
from gui.widgets.two_lines import TwoLines

FOLDER: Final = "components"
EMPTY: Final = Template(
    "my-component",
    "Start with a phase and nothing in it",
    "name: my-component\nschemaVersion: 1.0\n\nphases:\n  - name: build\n    steps: []\n",
)
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")


def created(folder: Path, name: str, template: Template) -> Path:
    """Write a template as a new document below `folder`, under its name.

    Raises:
        Conflict: there is such a file; it stays as it is. HostFault: it can't be written.
    """
    path = folder / FOLDER / f"{name}.yml"
    text = ComponentDraft.of(template.text).put("name", name).text
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
    except FileExistsError:
        hint = "Choose another name; nothing was overwritten."
        raise Conflict(f"There is a file {FOLDER}/{path.name} already.", hint=hint) from None
    except OSError as error:
        hint = "Make the folder writable, or save the recipe elsewhere."
        raise HostFault(f"{path} could not be written: {error.strerror}.", hint=hint) from error
    return path


class NewComponent(QWidget):
    """Signals: `made` — the path of the new document; `left` — nothing is to be made."""

    made = Signal(object)
    left = Signal()

    def __init__(self, theme: Theme, desk: Desk, session: Session) -> None:
        super().__init__()
        self._session = session
        self._templates = (*component_templates(), EMPTY)
        self._stack = QStackedWidget()
        unsaved = EmptyState(
            theme,
            "component",
            "Save the recipe first",
            "A component is a file beside the recipe file, and this recipe has no file yet.",
        )
        unsaved.offer("Save", lambda: desk.take("file.save"), icon_name="save")
        unsaved.offer("Back to the canvas", self.left.emit, "")
        self._stack.addWidget(unsaved)
        self._stack.addWidget(self._form(theme))
        self.setLayout(column(self._stack))
        session.document.moved.connect(self.refresh)
        session.opened.connect(self._reopened)

    def _form(self, theme: Theme) -> QWidget:
        self.list = QListWidget()
        self.list.setAccessibleName("Templates")
        self.list.setWordWrap(True)
        self.list.setItemDelegate(TwoLines(theme, self.list))
        self.list.setSpacing(2)
        self.list.setMinimumWidth(Size.PALETTE)
        for template in self._templates:
            words = template.name.replace("-", " ").capitalize() if template is not EMPTY else "Empty"
            item = QListWidgetItem(f"{words}\n{template.description}", self.list)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{words}: {template.description}")
        self.name = LineEntry("File name")
        self.name.edited.connect(self._check)
        self._path = label("", "muted", wraps=True)
        self.problem = label("", "bad", wraps=True)
        self.make = button(theme, "Create component", "primary", "add")
        self.make.clicked.connect(lambda _checked=False: self._create())
        self.name.returnPressed.connect(self._create)
        cancel = button(theme, "Cancel")
        cancel.clicked.connect(lambda _checked=False: self.left.emit())
        self.preview = CodeEditor(theme, "Preview of the template")
        self.preview.view.setReadOnly(True)
        self.list.currentRowChanged.connect(self._show)
        named = label("File name")
        named.setBuddy(self.name)
        left = column(
            heading("Start from"), self.list, named, self.name, self._path, self.problem,
            row(self.make, cancel, STRETCH), gap=Space.SMALL,
        )  # fmt: skip
        left.setStretch(1, 1)
        right = column(heading("Preview"), self.preview, gap=Space.SMALL)
        right.setStretch(1, 1)
        sides = row(left, right, gap=Space.LARGE)
        sides.setStretch(0, 2)
        sides.setStretch(1, 3)
        form = QWidget()
        whole = column(title("New component"), sides, gap=Space.MEDIUM, margin=Space.LARGE)
        whole.setStretch(1, 1)
        form.setLayout(whole)
        return form

    def begin(self) -> None:
        """Start over, with the first template."""
        self.refresh()
        self.list.setCurrentRow(-1)
        self.list.setCurrentRow(0)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def refresh(self) -> None:
        """Whether there is a folder to write into."""
        self._stack.setCurrentIndex(0 if self._session.folder is None else 1)
        self._check()

    @Slot()
    def _reopened(self) -> None:
        self._session.document.moved.connect(self.refresh)
        self.refresh()

    @Slot(int)
    def _show(self, number: int) -> None:
        if number < 0:
            return
        template = self._templates[number]
        self.preview.show_text(template.text)
        self.preview.view.go_to(0)
        self.name.present(self._free(template.name))
        self._check()

    def _free(self, stem: str) -> str:
        """The name, with a number if there is such a file already."""
        folder = self._session.folder
        if folder is None or not (folder / FOLDER).is_dir():
            return stem
        taken = {path.stem for path in (folder / FOLDER).iterdir()}
        return free_name(stem, taken) if stem in taken else stem

    @Slot()
    def _check(self) -> None:
        stem = self._stem()
        problem = ""
        if not _NAME.fullmatch(stem):
            problem = "A name has letters, digits, dots, - and _ only." if stem else "The file needs a name."
        elif self._session.folder is not None and (self._session.folder / FOLDER / f"{stem}.yml").exists():
            problem = f"There is a file {FOLDER}/{stem}.yml already. Choose another name."
        self._path.setText(f"Written to {FOLDER}/{stem}.yml beside the recipe file, and added to the recipe.")
        self._path.setVisible(not problem)
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        set_look(self.name, "bad" if problem else "")
        self.make.setEnabled(not problem)

    def _stem(self) -> str:
        return re.sub(r"\.ya?ml$", "", self.name.text().strip(), flags=re.IGNORECASE)

    @Slot()
    def _create(self) -> None:
        folder = self._session.folder
        if folder is None or not self.make.isEnabled():
            return
        stem = self._stem()
        template = self._templates[max(0, self.list.currentRow())]
        try:
            added = self._session.draft.add_component(f"{FOLDER}/{stem}.yml")
            path = created(folder, stem, template)
        except BakehouseError as error:
            self._path.hide()
            self.problem.setText(" ".join((error.message, error.hint)))
            self.problem.show()
            return
        self._session.edit(f"Add {stem}", added)
        self.made.emit(path)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.list.hasFocus():
            self._create()
        else:
            super().keyPressEvent(event)
