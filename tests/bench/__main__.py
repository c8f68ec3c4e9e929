"""`make bench`: how fast and how big Bakehouse is on this machine, as a report. It measures and judges nothing.

Builds run in a home of their own under /var/tmp, which goes at the end. Packer's runs and ours alternate, so that what
else the machine does hits both alike; without Packer its part is left out and said so.
"""

import os
import platform
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from core.recipe.component import parse_component
from tests.bench import cost, idle, packer, prices, startup
from tests.bench.commands import script_of
from tests.installed import ROOT, Bakehouse, Record

ROUNDS = 3
EXAMPLE = ROOT / "resources/examples/web-server"
out = Console(highlight=False, soft_wrap=True)


def median(values: Iterable[float]) -> str:
    """The median and all of them, in seconds."""
    listed = list(values)
    return f"{statistics.median(listed):7.1f} s   ({', '.join(f'{value:.1f}' for value in listed)})"


def hundredths(values: Iterable[float]) -> str:
    """As `median`, of what takes about a second."""
    listed = list(values)
    return f"{statistics.median(listed):7.2f} s   ({', '.join(f'{value:.2f}' for value in listed)})"


@contextmanager
def place() -> Iterator[tuple[Path, Bakehouse]]:
    """A folder for everything, and a Bakehouse whose home is in it; its service is stopped at the end."""
    with tempfile.TemporaryDirectory(prefix="bakehouse-bench.", dir="/var/tmp") as name:
        folder = Path(name)
        ours = Bakehouse.at(folder)
        try:
            yield folder, ours
        finally:
            ours.run("service", "stop")


def bake(ours: Bakehouse) -> tuple[float, Record]:
    seconds, _ = ours.run("bake", str(EXAMPLE / "web-server.yml"))
    return seconds, ours.newest()


def bake_from_boot(ours: Bakehouse) -> Record:
    """A bake whose builder instance boots through the base's own boot loader, as Packer's does, and is saved then."""
    ours.run("service", "prune")
    return bake(ours)[1]


def base_file(ours: Bakehouse, folder: Path) -> Path:
    """The base image the example starts from, as a stand-alone file for Packer."""
    parent = ours.client().list_images(owner="Amazon", filters=[{"name": "name", "values": ["debian-12-x86"]}])
    file = folder / "base.qcow2"
    ours.run("images", "export", f"{parent['imageVersionList'][0]['arn']}/1", str(file))
    return file


def report_builds(ours: Bakehouse, folder: Path) -> None:
    cold, first = bake(ours)
    rivals, whole, records, booted = [], [], [], []
    commands = script_of(parse_component((EXAMPLE / "components/nginx.yml").read_text(encoding="utf-8")), {})
    base = base_file(ours, folder) if packer.available() else None
    shape = packer.Shape(vcpus=2, memory_mib=4096, accelerator=ours.health()["health"]["acceleration"])
    for _ in range(ROUNDS):
        if base:
            rivals.append(packer.build(base, commands, folder, shape))
            booted.append(bake_from_boot(ours).workflows["BUILD"])
        seconds, record = bake(ours)
        whole.append(seconds)
        records.append(record)
    launched = statistics.median(record.step("LaunchBuildInstance") for record in records)
    built = [record.workflows["BUILD"] for record in records]
    out.print(f"web-server, nothing cached     {cold:7.1f} s")
    out.print(f"  of it base image made, saved {first.step('LaunchBuildInstance') - launched:7.1f} s")
    out.print(f"web-server, base image cached  {median(whole)}")
    for position, step in enumerate(records[0].steps):
        times = sorted(record.steps[position].seconds for record in records)
        out.print(f"  {step.workflow:<13} {step.name:<28} {statistics.median(times):6.1f} s")
    out.print(f"its build workflow             {median(built)}")
    if rivals:
        out.print(f"the same by Packer             {median(rivals)}")
        out.print(f"ours / Packer                  {statistics.median(built) / statistics.median(rivals):7.2f}")
        out.print(f"ours, booted and saved         {median(booted)}")
        out.print(f"that / Packer                  {statistics.median(booted) / statistics.median(rivals):7.2f}")
    else:
        out.print("the same by Packer             not measured: packer is not installed")


def report_service(ours: Bakehouse) -> None:
    ours.run("service", "start")
    idled = idle.measure(int(ours.health()["health"]["pid"]))
    out.print(f"service, idle                  {idled.core:7.2%} of a core, {idled.resident / 1e6:.0f} MB")


def report_app() -> None:
    starts = startup.startup()
    painted = statistics.median(start.painted for start in starts)
    cores = statistics.median(start.processor for start in starts)
    out.print(f"app, window painted            {painted:7.2f} s")
    out.print(f"app, a key answered            {hundredths(start.answered for start in starts)}")
    out.print(f"  of it on a processor         {cores:7.2f} s")
    idled = startup.idle()
    out.print(f"app, idle                      {idled.core:7.2%} of a core, {idled.resident / 1e6:.0f} MB")


def report_editors() -> None:
    """Offscreen and in this process: a real screen adds its own time to every frame."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from gui.theme.theme import Theme
    from tests.bench import canvas, component_editor, cost_page, drafts, library, live, log, runs, timeline
    from tests.bench.offscreen import application

    app = application()
    with tempfile.TemporaryDirectory() as name:
        speed = canvas.measure(app, Theme(app), canvas.write_longest(Path(name)).parent)
    out.print("a recipe of 20 components of 16,000 characters")
    out.print(f"  opened and drawn             {speed.open:7.1f} ms")
    out.print(f"  an edit, to the screen       {speed.edit:7.1f} ms, slowest {speed.slowest_edit:.1f}")
    out.print(f"  a frame while dragging       {speed.slowest_frame:7.1f} ms at most")
    with tempfile.TemporaryDirectory() as name:
        figures = drafts.measured(Path(name), lines=10)
    out.print(f"  read and checked at a key    {figures['keystroke']:7.1f} ms of a processor")
    component_editor.report_component_editor()
    library.report_library()
    runs.report_runs()
    live.report_live()
    timeline.report_timeline()
    log.report_log()
    cost_page.report_cost_page()


def report_check(ours: Bakehouse) -> None:
    times = [ours.run("check", str(EXAMPLE / "components/nginx.yml"))[0] for _ in range(5)]
    out.print(f"bakehouse check, a component   {statistics.median(times):7.2f} s")


def main() -> None:
    out.print(f"# Bakehouse bench, {time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC")
    out.print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    with place() as (folder, ours):
        report_app()
        report_editors()
        prices.report_prices()
        cost.report_cost()
        report_check(ours)
        report_service(ours)
        out.print(f"acceleration                   {ours.health()['health']['acceleration']}")
        report_builds(ours, folder)


if __name__ == "__main__":
    main()
