"""Pictures of real builds: the shipped examples are baked on Local in the app under Xvfb, and looked at meanwhile.

    python -m tests.bench.real_pictures OUT

Four builds, one after the other: the web server, the hardened base, which reboots, the web server with a package that
does not exist, and with one that does. Nothing is asked of the clock: a picture is taken when the app has been told
what is to be seen on it. It takes a quarter of an hour without KVM.
"""

import os
import shutil
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication, QSplitter

from core.aws.connection import local
from core.build.bars import Bar, Kind
from core.local.endpoint import Home, stop
from gui.actions import Page, ShowCost
from gui.app import REGION, App
from gui.following import Followed
from gui.shell.places import Places
from tests.bench.offscreen import application
from tests.bench.pictures import EXAMPLES, SCHEMES, reduced, settle, take
from tests.qt.journey.screen import screen
from tests.vm.conftest import made_bases, provide_base

LONGEST_MS: Final = 1_800_000
SIZE: Final = (1280, 800)
OPENED: Final = (1280, 1340)
"""A window high enough for a cost with all that it is made of."""

NGINX: Final = "web-server/components/nginx.yml"
INSTALLED: Final = "--no-install-recommends nginx"


def moments(app: App, recipes: Path) -> Iterator[str]:
    """Bring about what is to be seen; the name of each picture, when it can be taken."""
    baking = bake(app, recipes / "web-server/web-server.yml")
    wait(baking, lambda: any("Setting up " in line for line in newest_lines(baking)))
    yield "build-real-running"
    over(baking)
    look_at(app, Kind.REGION, "us-east-1")
    yield "build-real-finished"

    baking = bake(app, recipes / "hardened-base/hardened-base.yml")
    wait(baking, lambda: any(bar.name == "SettingsSurvivedTheReboot" for bar in bars(app)))
    look_at(app, Kind.STEP, "Reboot")
    yield "build-real-rebooted"
    over(baking)

    edit(recipes / NGINX, INSTALLED, f"{INSTALLED} nginx-brotli")
    over(bake(app, recipes / "web-server/web-server.yml"))
    yield "build-real-failed"

    edit(recipes / NGINX, f"{INSTALLED} nginx-brotli", f"{INSTALLED} libnginx-mod-http-image-filter")
    newest = over(bake(app, recipes / "web-server/web-server.yml"))
    app.desk.take("run.compare")
    yield "build-real-compared"

    yield from costs(app, newest)


def costs(app: App, build: Followed) -> Iterator[str]:
    """What a build would have cost on AWS, as it is found, and with all that it is made of."""
    app.desk.intend(ShowCost(build.arn))
    settle(app)
    views = app.costs.page.widget.views
    assert views is not None
    views.history.breakdown.open_all()
    yield "cost-real-history"
    app.window.resize(*OPENED)
    settle(app)
    for split in views.history.findChildren(QSplitter):  # as one drags them to read what was opened
        split.setSizes([1, 2000] if split.orientation() is Qt.Orientation.Vertical else [2000, 1])
    yield "cost-real-opened"


# What the app is asked to do, and tells


def bake(app: App, file: Path) -> Followed:
    """The build of a recipe, as soon as the app follows it."""
    app.window.show_page(Page.RECIPE)
    app.opening.open(file)
    settle(app)
    begun: list[object] = []
    loop = QEventLoop()
    for news in (app.baking.started, app.baking.refused):
        news.connect(begun.append)
        news.connect(loop.quit)
    app.desk.take("run.bake")
    loop.exec()
    for news in (app.baking.started, app.baking.refused):
        news.disconnect(begun.append)
    (build,) = begun
    assert isinstance(build, Followed), build
    return build


def wait(build: Followed, told: Callable[[], bool]) -> None:
    """Until a build has told something; fails when it ends without."""
    loop = QEventLoop()

    def look() -> None:
        if build.over or told():
            loop.quit()

    for news in (build.changed, build.grew, build.ended):
        news.connect(look)
    QTimer.singleShot(LONGEST_MS, loop.quit)
    if not (build.over or told()):
        loop.exec()
    for news in (build.changed, build.grew, build.ended):
        news.disconnect(look)
    assert told(), f"{build.arn} is {build.run.status}, and what was waited for never came"


def over(build: Followed) -> Followed:
    wait(build, lambda: build.over)
    return build


def newest_lines(build: Followed, count: int = 20) -> Iterator[str]:
    """The end of what a build has printed."""
    return (build.log.text(line) for line in range(max(0, len(build.log) - count), len(build.log)))


def bars(app: App) -> tuple[Bar, ...]:
    chart = app.timeline.view.chart
    return chart.bars if chart is not None else ()


def look_at(app: App, kind: Kind, name: str = "") -> None:
    """Choose a bar on the timeline, as a click does."""
    settle(app)
    app.timeline.view.failure.bar_asked.emit(
        next(bar.key for bar in bars(app) if bar.kind is kind and name in bar.name)
    )


def edit(file: Path, before: str, after: str) -> None:
    """Change a file beside the app, as with an editor."""
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


# Taking the pictures


def photograph(application: QApplication, folder: Path, out: Path) -> None:
    """All of it, in a folder of its own."""
    for example in ("web-server", "hardened-base"):
        shutil.copytree(EXAMPLES / example, folder / example)
    with ExitStack() as stack:
        places = Places.within(folder)
        places.config.mkdir(parents=True)
        app = App(application, local(REGION), places, stack)
        app.begin(folder / "web-server/web-server.yml")
        app.window.resize(*SIZE)
        settle(app)
        for name in moments(app, folder):
            for scheme in SCHEMES:
                app.theme.set_scheme(scheme)
                settle(app)
                image, size = take(app, None), app.window.size()
                reduced(image).save(str(out / f"{name}-{scheme}-{size.width()}x{size.height()}.png"), quality=0)
            print(name, flush=True)  # noqa: T201 - says how far it is
        app.window.hide()
        app.window.deleteLater()
        app.deleteLater()


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--folder", type=Path, help="keep home, recipes and journals there")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = asked.folder or Path(stack.enter_context(TemporaryDirectory(prefix="bakehouse-pictures.")))
        home = Home(folder / "home")
        os.environ |= {"BAKEHOUSE_HOME": str(home.root), "HOME": str(folder)}
        provide_base(made_bases(), home)
        os.environ |= {"DISPLAY": stack.enter_context(screen()), "QT_QPA_PLATFORM": "xcb"}
        stack.callback(stop, home)
        photograph(application(), folder, asked.out)


if __name__ == "__main__":
    main()
