"""Pictures of every page of the app, to look at: whole windows, light and dark, with little data and with much.

    python -m tests.bench.pictures OUT [--size 1280x800] [--only recipe]

What is shown comes from a rehearsal and from played connections, so that no service and no network is asked; moments
are fixed but for those of a build that is going on. How a real build looks is in `tests.bench.real_pictures`.
"""

import shutil
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPoint, QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QDialog

from core.aws.book import Book, checked
from core.aws.machines import Difference
from core.aws.rehearsal import Rehearsal, RehearsedConnection
from core.aws.shared_profiles import SharedProfile
from core.aws.stored import KeySecret
from core.secrets import SessionSecrets
from gui.actions import Page
from gui.app import App
from gui.connections.page import ConnectionsPage
from gui.connections.roster import Sources
from gui.cost.scenario import Scenario
from gui.recipe.selection import Part, Selection
from gui.shell.places import Places
from gui.shell.report import Report
from gui.theme.theme import Scheme
from tests.bench import pictured_builds
from tests.bench.offscreen import application
from tests.bench.pictured_builds import keep_runs
from tests.fakes.connections import HEALTH, FakeConnection, PlayedOpening, PlayedService
from tests.fakes.past_runs import write_past_runs
from tests.installed import ROOT

SIZES: Final = ((1280, 800), (1920, 1080))
SCHEMES: Final = (Scheme.LIGHT, Scheme.DARK)
EXAMPLES: Final = ROOT / "resources/examples"
PATIENCE: Final = 20.0
COST_VIEWS: Final = ("recipe", "regions", "what-if", "history")
WHAT_IF: Final = 2
SHADE: Final = 10
"""Of 256 steps of a colour, how many look alike."""

QUIET: Final = 0.25
"""Seconds without anything going on, after which a window is taken to be drawn."""

MANY: Final = (
    "base-packages", "time-sync", "accounts", "sshd", "firewall", "kernel-settings", "audit", "logging", "certificates",
    "proxy", "node-exporter", "container-runtime", "image-cache", "nginx", "application", "log-shipper", "backup-agent",
    "vulnerability-scan", "clean-caches", "final-checks",
)  # fmt: skip
WRONG: Final = """\
schemaVersion: 1
name: checkout
imageRecipe:
  semanticVersion: 1.0
  parentImage: debian-12-x86
  components:
    - document: components/nginx.yml
      parameters:
        Port: "80"
        Colour: blue
    - document: components/gone.yml
    - componentArn: aws/update-linux/x.x.x
infrastructureConfiguration:
  instanceTypes: [t3.medium, t3.enormous]
  instanceProfileName: EC2InstanceProfileForImageBuilder
  keyPare: mine
distributions:
  - region: eu-central-1
    amiDistributionConfiguration:
      name: "checkout"
  - region: eu-middle-1
schedule:
  scheduleExpression: "cron(0 2 ? * sun *)"
  timezone: Europe/Berlim
"""
SCHEDULE: Final = '\nschedule:\n  scheduleExpression: "cron(0 2 ? * sun *)"\n  timezone: Europe/Berlin\n'
TRACE: Final = """\
Traceback (most recent call last):
  File "gui/recipe/editing.py", line 118, in _move
    draft = self._session.draft.move(self._session.draft.components, before, after)
  File "core/recipe/draft.py", line 204, in move
    raise IndexError(f"no entry {before}")
IndexError: no entry 7
"""

Show = Callable[[App], QDialog | None]


@dataclass(frozen=True, slots=True)
class Scene:
    """One state of the window; `show` brings it about, and gives the dialog that stands over it, if any."""

    name: str
    show: Show


# What is shown


def write_recipes(folder: Path) -> Mapping[str, Path]:
    """The recipe files of the pictures, by name, each in a folder of its own."""
    paths = {name: folder / name / f"{name}.yml" for name in ("web-server", "hardened-base", "checkout", "platform")}
    for example in ("web-server", "hardened-base"):
        shutil.copytree(EXAMPLES / example, folder / example)
    with paths["web-server"].open("a", encoding="utf-8") as file:
        file.write(SCHEDULE)
    shutil.copytree(EXAMPLES / "web-server/components", folder / "checkout/components")
    paths["checkout"].write_text(WRONG, encoding="utf-8")
    nginx = (EXAMPLES / "web-server/components/nginx.yml").read_text(encoding="utf-8")
    (folder / "platform/components").mkdir(parents=True)
    for name in MANY:
        document = nginx.replace("name: nginx", f"name: {name}", 1)
        (folder / f"platform/components/{name}.yml").write_text(document, encoding="utf-8")
    entries = "".join(f"    - document: components/{name}.yml\n" for name in MANY)
    head = (EXAMPLES / "web-server/web-server.yml").read_text(encoding="utf-8")
    begin, end = head.index("    - document:"), head.index("infrastructureConfiguration")
    many = (head[:begin] + entries + head[end:]).replace("name: web-server\n", "name: platform\n", 1)
    paths["platform"].write_text(many, encoding="utf-8")
    return paths


def sources(at: RehearsedConnection, config: Path) -> Sources:
    """Connections of three kinds, two signed in, one of which ends soon."""
    book = Book(config / "connections.json", SessionSecrets())
    keys = {"kind": "keys", "accessKeyId": "AKIAIOSFODNN7EXAMPLE"}
    center = {
        "kind": "identityCenter", "startUrl": "https://bakers.awsapps.com/start", "ssoRegion": "eu-west-1",
        "accountId": "111122223333", "roleName": "ImageBuilder",
    }  # fmt: skip
    book.add(checked(name="sandbox", region="eu-central-1", source=keys), KeySecret("example"))
    book.add(checked(name="prod-eu", region="eu-central-1", source=center, production=True))
    book.add(checked(name="prod-us-with-a-long-name", region="us-east-1", source=center, production=True))
    prepared = {
        "prod-eu": FakeConnection("prod-eu", lasts=timedelta(minutes=9, seconds=30)),
        "prod-us-with-a-long-name": FakeConnection("prod-us-with-a-long-name", lasts=timedelta(seconds=0)),
    }
    table = tuple(Difference(**each) for each in at.rehearsal.differences)
    service = PlayedService(HEALTH, table=table)
    profiles = (SharedProfile("default", "eu-west-1", "an access key"),)
    return Sources(book, at, service, PlayedOpening(prepared), lambda: profiles)


# Scenes


def choosing(part: Part, *indexes: int) -> Show:
    def show(app: App) -> None:
        app.recipe.show_canvas()
        app.window.show_page(Page.RECIPE)
        app.recipe.canvas.choosing.select(Selection(part, indexes), focus=True)

    return show


def taking(action: str) -> Show:
    return lambda app: app.desk.take(action)


def page(which: Page) -> Show:
    return lambda app: app.window.show_page(which)


def editing(name: str) -> Show:
    def show(app: App) -> None:
        folder = app.session.folder
        assert folder is not None
        app.window.show_page(Page.RECIPE)
        app.recipe.edit_component(folder / f"components/{name}.yml")
        settle(app)
        sheet = app.recipe.editor.sheet
        assert sheet is not None
        sheet.lanes.choose((0, 1), focus=True)

    return show


def new_component(app: App) -> None:
    app.window.show_page(Page.RECIPE)
    app.desk.take("recipe.new-component")


def problems(app: App) -> None:
    app.window.show_page(Page.RECIPE)
    app.recipe.show_canvas()
    if not app.recipe.problems.isVisible():
        app.recipe.toggle_problems()


def tab(number: int) -> Show:
    def show(app: App) -> None:
        from gui.library.page import LibraryPage

        app.window.show_page(Page.LIBRARY)
        settle(app)
        library = app.library.widget
        assert isinstance(library, LibraryPage)
        library.tabs.setCurrentIndex(number)
        settle(app)
        library.view.table.choose_at(0)

    return show


def cost(number: int) -> Show:
    def show(app: App) -> None:
        app.window.show_page(Page.COST)
        settle(app)
        views = app.costs.page.widget.views
        assert views is not None
        views.tabs.setCurrentIndex(number)
        if number == WHAT_IF:
            views.what_if.form.use(Scenario(instance_type="t3.large", versions=5, schedule="cron(0 2 * * ? *)"))

    return show


def connection(name: str) -> Show:
    def show(app: App) -> None:
        app.window.show_page(Page.CONNECTIONS)
        settle(app)
        app.window.findChildren(ConnectionsPage)[0].listing.choose(name)
        if name.startswith("prod"):
            entry = app.roster.entry(name)
            assert entry is not None
            app.roster.ask(entry)

    return show


def waiting(app: App) -> None:
    """A build in which a step waits for somebody."""
    if not app.session.runs:
        recording = next(each for each in Rehearsal.bundled().recordings if each.recipe == "web-server")
        app.session.follow(pictured_builds.waiting(recording, 0.5, app.session.connection))
    app.window.show_page(Page.TIMELINE)
    settle(app)
    app.timeline.list.choose_at(0)


def many(app: App) -> None:
    """The builds of years."""
    if not any(app.history.folder.glob("*-gpu-worker-*")):
        write_past_runs(app.history.folder, 1000)
        app.history.load()
    app.window.show_page(Page.TIMELINE)
    settle(app)
    app.timeline.list.choose_at(3)


def palette(app: App) -> None:
    choosing(Part.COMPONENT, 0)(app)
    app.desk.take("view.palette")


def no_palette(show: Show) -> Show:
    def then(app: App) -> QDialog | None:
        app.palette.close_palette()
        return show(app)

    return then


def sheet(app: App) -> QDialog:
    app.desk.take("help.shortcuts")
    return app.window.findChildren(QDialog)[-1]


def report(app: App) -> QDialog:
    shown = Report(app.theme, TRACE, app.window)
    shown.open()
    return shown


SCENES: Final[Mapping[str, tuple[Scene, ...]]] = {
    "": (
        Scene("recipe-empty", page(Page.RECIPE)),
        Scene("new-component-unsaved", new_component),
        Scene("timeline-empty", page(Page.TIMELINE)),
    ),
    "web-server": (
        Scene("recipe", choosing(Part.RECIPE)),
        Scene("recipe-component", choosing(Part.COMPONENT, 0)),
        Scene("recipe-region", choosing(Part.REGION, 1)),
        Scene("recipe-schedule", choosing(Part.SCHEDULE)),
        Scene("recipe-infrastructure", choosing(Part.INFRASTRUCTURE)),
        Scene("recipe-text", taking("recipe.text")),
        Scene("plan", taking("run.plan")),
        Scene("component-editor", editing("nginx")),
        Scene("new-component", new_component),
        *(Scene(f"cost-{name}", cost(number)) for number, name in enumerate(COST_VIEWS)),
        *(Scene(f"library-{number}", tab(number)) for number in range(4)),
        Scene("connections-local", connection("local")),
        Scene("connections-production", connection("prod-eu")),
        Scene("connections-expired", connection("prod-us-with-a-long-name")),
        Scene("connections-keys", connection("sandbox")),
        Scene("connections-add", taking("connection.add")),
        Scene("connections-differences", taking("help.differences")),
        Scene("palette", palette),
        Scene("shortcuts", no_palette(sheet)),
        Scene("report", no_palette(report)),
    ),
    "hardened-base": (
        Scene("recipe-hardened", choosing(Part.RECIPE)),
        Scene("recipe-several", choosing(Part.COMPONENT, 1, 2, 3)),
        Scene("component-editor-hardened", editing("kernel-settings")),
    ),
    "checkout": (
        Scene("recipe-wrong", choosing(Part.RECIPE)),
        Scene("recipe-wrong-component", choosing(Part.COMPONENT, 0)),
        Scene("problems", problems),
        Scene("timeline-waiting", waiting),
    ),
    "platform": (
        Scene("recipe-many", choosing(Part.COMPONENT, 13)),
        Scene("recipe-many-several", choosing(Part.COMPONENT, *range(20))),
        Scene("timeline-many", many),
    ),
}


# Taking the pictures


def settle(app: App) -> None:
    """Until everything that was asked is answered and nothing more is drawn."""
    quiet, given_up = time.monotonic() + QUIET, time.monotonic() + PATIENCE
    while time.monotonic() < min(quiet, given_up):
        app.application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
        time.sleep(0.01)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        sheet = app.recipe.editor.sheet
        if app.ops.waiting or app.session.checking or (sheet is not None and not sheet.drafting.current):
            quiet = time.monotonic() + QUIET


def take(app: App, dialog: QDialog | None) -> QImage:
    """The window, a dialog that is open over it in its middle, with an edge as a desktop would give it."""
    image = app.window.grab().toImage()
    if dialog is not None:
        over = dialog.grab()
        corner = image.rect().center() - QPoint(over.width() // 2, over.height() // 2)
        painter = QPainter(image)
        painter.drawPixmap(corner, over)
        painter.setPen(app.theme.colour(lambda colours: colours.border_strong))
        painter.drawRect(QRect(corner, over.size()).adjusted(-1, -1, 0, 0))
        painter.end()
    return image


@contextmanager
def started(application: QApplication, folder: Path, file: Path | None) -> Iterator[App]:
    """The app over a rehearsal; without a file nothing was baked yet either."""
    with ExitStack() as stack:
        rehearsal = Rehearsal.bundled()
        at = RehearsedConnection(rehearsal)
        places = Places.within(folder)
        places.config.mkdir(parents=True)
        if file is not None:
            keep_runs(rehearsal, places.runs)
        app = App(application, at, places, stack)
        app.roster.sources = sources(at, places.config)
        app.begin(file)
        settle(app)
        yield app
        app.window.hide()
        app.window.deleteLater()
        app.deleteLater()


def reduced(image: QImage) -> QImage:
    """In 256 colours, those that are used most but for what hardly differs from one of them: text and lines stay as
    sharp as they are, what is small keeps its colour, and the file gets small."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    used = Counter(memoryview(plain.constBits()).cast("I"))
    table: list[int] = []
    taken: set[tuple[int, ...]] = set()
    for colour, _ in used.most_common():
        about = tuple((colour >> shift & 0xFF) // SHADE for shift in (16, 8, 0))
        if about not in taken and len(table) < 256:
            taken.add(about)
            table.append(colour)
    return plain.convertToFormat(QImage.Format.Format_Indexed8, table, Qt.ImageConversionFlag.ThresholdDither)


def photograph(application: QApplication, out: Path, sizes: Sequence[tuple[int, int]], only: str) -> None:
    with TemporaryDirectory(prefix="bakehouse-pictures.") as name:
        folder = Path(name)
        recipes = write_recipes(folder)
        for recipe, scenes in SCENES.items():
            wanted = [scene for scene in scenes if only in scene.name]
            if not wanted:
                continue
            with started(application, folder / f"home-{recipe}", recipes.get(recipe)) as app:
                for scheme in SCHEMES:
                    app.theme.set_scheme(scheme)
                    for scene in wanted:
                        _photograph(app, scene, scheme, out, sizes)


def _photograph(app: App, scene: Scene, scheme: Scheme, out: Path, sizes: Sequence[tuple[int, int]]) -> None:
    dialog = scene.show(app)
    for width, height in sizes:
        app.window.resize(width, height)
        settle(app)
        reduced(take(app, dialog)).save(str(out / f"{scene.name}-{scheme}-{width}x{height}.png"), quality=0)
    if dialog is not None:
        dialog.close()


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--size", action="append", type=_size, help="such as 1280x800")
    parser.add_argument("--only", default="", help="take scenes whose name has this in it")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    photograph(application(), asked.out, asked.size or SIZES, asked.only)


def _size(text: str) -> tuple[int, int]:
    width, height = text.split("x")
    return int(width), int(height)


if __name__ == "__main__":
    main()
