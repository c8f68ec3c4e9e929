"""The commands and their options; what each does is in the module named like it, imported when it runs."""

import json
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli.encode import plain

app = typer.Typer(
    name="bakehouse",
    help="Bake golden machine images: on this machine, or with EC2 Image Builder on AWS.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
runs = typer.Typer(
    help="Runs that were followed from this machine: list, export, import and prune them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
images = typer.Typer(help="List, import and export images.", no_args_is_help=True, rich_markup_mode=None)
service = typer.Typer(help="The local Image Builder on this machine.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(images, name="images")
app.add_typer(runs, name="runs")
app.add_typer(service, name="service")

RecipeFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="A recipe file.", exists=True, dir_okay=False, readable=True)
]
Connection = Annotated[
    str, typer.Option("--connection", "-c", help='"local", or a profile of your AWS configuration.', metavar="NAME")
]
Region = Annotated[
    str,
    typer.Option(
        help="Default: the recipe's first distribution, then AWS_REGION, then the profile's (locally eu-central-1).",
        metavar="REGION",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
RunArn = Annotated[str, typer.Argument(metavar="ARN", help="An image build version: …:image/<name>/1.0.0/1")]


def emit(value: Mapping[str, Any]) -> None:
    """One JSON object on one line of stdout."""
    typer.echo(json.dumps(plain(value), ensure_ascii=False))


def answer(value: Mapping[str, Any], lines: Iterable[str], *, as_json: bool) -> None:
    """The one or the other; lines are only made when they are printed."""
    if as_json:
        emit(value)
    for line in () if as_json else lines:
        typer.echo(line)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"bakehouse {version('bakehouse')}")
        raise typer.Exit


@app.callback()
def options(
    show_version: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Bake golden machine images: on this machine, or with EC2 Image Builder on AWS."""


@app.command()
def check(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="Recipe files, component and workflow documents.", exists=True, dir_okay=False
        ),
    ],
    as_json: Json = False,
) -> None:
    """Check recipe files, component documents and workflow documents."""
    from core.cli import check as checking

    checked = checking.check_files(files)
    answer(checking.as_json(checked), checking.as_text(checked), as_json=as_json)
    raise typer.Exit(checking.status(checked))


@app.command()
def plan(file: RecipeFile, connection: Connection = "local", region: Region = "", as_json: Json = False) -> None:
    """Show what publishing a recipe file would do, and do nothing."""
    from core.cli import publishing
    from core.publish.prepared import planned

    prepared = publishing.prepare(file, connection, region)
    found = planned(prepared.reading, prepared.connection)
    answer(found.to_json(), publishing.plan_text(found), as_json=as_json)


@app.command()
def cost(
    file: RecipeFile,
    connection: Connection = "local",
    region: Region = "",
    regions: Annotated[
        str, typer.Option(help='Compare regions: "all", or names between commas.', metavar="REGIONS")
    ] = "",
    keep: Annotated[int, typer.Option(min=1, help="How many versions are kept, as a lifecycle policy has it.")] = 1,
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of text.")] = False,
) -> None:
    """Estimate what a recipe costs on AWS: for each run and each month, or region by region. Nobody is asked."""
    from core.cli import cost as costing

    if as_json and as_csv:
        raise typer.BadParameter("--json and --csv are two answers; choose one.")
    found = costing.costed(file, connection, region, keep)
    for note in costing.notes(found) if as_csv else ():
        typer.echo(note, err=True)
    if regions:
        sides = costing.compared(found, regions)
        lines = costing.regions_csv(sides[1]) if as_csv else costing.regions_text(found, *sides)
        answer(costing.regions_json(found, *sides) if as_json else {}, lines, as_json=as_json)
        return
    lines = costing.as_csv(found) if as_csv else costing.as_text(found)
    answer(costing.as_json(found) if as_json else {}, lines, as_json=as_json)


@app.command()
def bake(
    file: RecipeFile,
    connection: Connection = "local",
    region: Region = "",
    keep_on_failure: Annotated[
        bool, typer.Option("--keep-on-failure", help="Keep the machine running when the build fails.")
    ] = False,
    log: Annotated[bool, typer.Option("--log", help="Print every log line too (text output only).")] = False,
    as_json: Json = False,
) -> None:
    """Publish a recipe file, run its pipeline once and follow it to the tested image."""
    from core.cli import baking

    settings = baking.Settings(connection, region, keep_on_failure=keep_on_failure, log=log, as_json=as_json)
    raise typer.Exit(baking.bake(file, settings))


@app.command()
def watch(
    arn: RunArn,
    connection: Connection = "local",
    log: Annotated[bool, typer.Option("--log", help="Print every log line too (text output only).")] = False,
    as_json: Json = False,
) -> None:
    """Follow a build that is running, or show how one went. Ctrl+C leaves the build alone."""
    from core.cli import baking

    raise typer.Exit(baking.watch_run(arn, connection, log=log, as_json=as_json))


@app.command()
def logs(
    arn: RunArn,
    connection: Connection = "local",
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until the build ends.")] = False,
    as_json: Json = False,
) -> None:
    """Print a build's log."""
    from core.cli import logs as logging

    for line in logging.lines(arn, connection, follow=follow, as_json=as_json):
        typer.echo(line)


@app.command()
def connections(as_json: Json = False) -> None:
    """List where recipes can run."""
    from core.cli import connecting

    known = connecting.known()
    answer({"connections": known}, connecting.text(known), as_json=as_json)


@app.command()
def prices(
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Ask the AWS Price List for newer ones; takes some minutes.")
    ] = False,
    connection: Connection = "",
    instance_types: Annotated[
        list[str] | None,
        typer.Option("--type", help="Refresh the prices of this instance type only; may be repeated.", metavar="TYPE"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show where the prices come from and how old they are, or refresh them."""
    from core.cli import choice
    from core.cli import prices as pricing
    from core.cost.prices import prices as known

    if not refresh:
        found = known()
        answer(pricing.as_json(found), pricing.text(found), as_json=as_json)
        return
    if not connection:
        raise typer.BadParameter("--refresh needs --connection: a connection to AWS, or a profile.")
    done = pricing.refreshed(choice.connection(connection), instance_types or ())
    answer(pricing.refreshed_json(done), done.summary.splitlines(), as_json=as_json)
    raise typer.Exit(pricing.status(done))


@runs.command("list")
def runs_list(as_json: Json = False) -> None:
    """List the runs that were followed from this machine, newest first."""
    from core.cli import runs as following

    found = following.listed()
    answer({"runs": found}, following.text(found), as_json=as_json)


@runs.command("export")
def runs_export(
    run: Annotated[str, typer.Argument(metavar="RUN", help="An image build's ARN, or the path of its journal.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
    connection: Connection = "local",
    as_json: Json = False,
) -> None:
    """Write a run into one file: timeline, log, recipe, packages, cost. bakehouse runs import reads it anywhere."""
    from core.cli import runs as following

    result = following.exported(run, file, connection)
    answer({"result": result}, [f"exported: {result.path}, {result.size_text}"], as_json=as_json)


@runs.command("import")
def runs_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What bakehouse runs export wrote.", exists=True)],
    as_json: Json = False,
) -> None:
    """Take in a run that somebody exported; it needs no connection to be looked at."""
    from core.cli import runs as following

    listed = following.imported(file)
    answer({"run": listed}, following.text([listed]), as_json=as_json)


@runs.command("prune")
def runs_prune(
    older_than: Annotated[
        int, typer.Option("--older-than", min=0, metavar="DAYS", help="Last written before that.")
    ] = 90,
    at_most: Annotated[
        int, typer.Option("--at-most", min=0, metavar="MIB", help="Then the oldest, until the rest fits.")
    ] = 1024,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    as_json: Json = False,
) -> None:
    """Delete old runs; never one that is being written or may go on."""
    from core.cli import runs as following

    planned = following.pruned(older_than, at_most, dry_run=dry_run)
    answer({"plan": planned, "dryRun": dry_run}, following.prune_text(planned, dry_run=dry_run), as_json=as_json)


@images.command("list")
def images_list(connection: Connection = "local", region: Region = "", as_json: Json = False) -> None:
    """List the images you have there, with their files where they are on this machine."""
    from core.cli import images as listing

    found = listing.listed(connection, region)
    answer({"images": found}, listing.text(found), as_json=as_json)


@images.command("import")
def images_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A disk image.", exists=True, dir_okay=False)],
    name: Annotated[str, typer.Option(help="What the image is called here.")],
    file_format: Annotated[str, typer.Option("--format", help="qcow2, raw, vmdk or vhd: stated, never guessed.")],
    os_version: Annotated[str, typer.Option("--os-version", help='As in "Debian 12".')],
    semantic_version: Annotated[str, typer.Option("--semantic-version", help="x.y.z")] = "1.0.0",
    region: Region = "",
    as_json: Json = False,
) -> None:
    """Take in a cloud image as a parent image of local builds."""
    from core.cli import images as moving

    source = moving.Import(file, file_format, name, semantic_version, os_version)
    result = moving.imported(source, region, quiet=as_json)
    answer({"result": result}, moving.result_text("imported", result), as_json=as_json)


@images.command("export")
def images_export(
    image: Annotated[str, typer.Argument(metavar="IMAGE", help="ami-… or an image's ARN.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
    file_format: Annotated[str, typer.Option("--format", help="qcow2, raw, vmdk or vhd.")] = "qcow2",
    region: Region = "",
    as_json: Json = False,
) -> None:
    """Write a local image as one stand-alone file."""
    from core.cli import images as moving

    result = moving.exported(image, file, file_format, region, quiet=as_json)
    answer({"result": result}, moving.result_text("exported", result), as_json=as_json)


@service.command("run")
def service_run() -> None:
    """Run the local Image Builder in the foreground (for systemd, for debugging)."""
    from core.cli import service as running

    raise typer.Exit(running.run())


@service.command("start")
def service_start(as_json: Json = False) -> None:
    """Start the local Image Builder, unless it runs already."""
    from core.cli import service as running

    state = running.start()
    answer(plain(state), state.text(), as_json=as_json)


@service.command("stop")
def service_stop(as_json: Json = False) -> None:
    """Stop it; builds in progress end FAILED."""
    from core.cli import service as running

    stopped = running.stop()
    answer({"stopped": stopped}, ["stopped" if stopped else "it was not running"], as_json=as_json)


@service.command("status")
def service_status(as_json: Json = False) -> None:
    """Show whether it runs, where, and what it uses."""
    from core.cli import service as running

    state = running.status()
    answer(plain(state), state.text(), as_json=as_json)


@service.command("terminate")
def service_terminate(
    instance_id: Annotated[str, typer.Argument(metavar="INSTANCE", help="i-…, as service status lists it.")],
    as_json: Json = False,
) -> None:
    """Stop a machine that was kept for debugging, and delete its disk."""
    from core.cli import service as running

    running.terminate(instance_id)
    answer({"terminated": instance_id}, [f"{instance_id} is gone"], as_json=as_json)


@service.command("env")
def service_env(region: Region = "", as_json: Json = False) -> None:
    """Print what `eval` needs so that the AWS CLI talks to it: eval "$(bakehouse service env)"."""
    from core.cli import service as running

    environment = running.environment(region)
    answer({"variables": environment.variables}, environment.shell(), as_json=as_json)


@service.command("differences")
def service_differences(as_json: Json = False) -> None:
    """Show where it differs from AWS."""
    from core.cli import service as running

    differences = running.differences()
    answer({"differences": differences}, running.differences_text(differences), as_json=as_json)


@service.command("prune")
def service_prune(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False, as_json: Json = False
) -> None:
    """Delete what nothing uses any more: caches, leftovers of runs."""
    from core.cli import service as running

    removed = running.prune(dry_run=dry_run)
    answer({"removed": removed, "dryRun": dry_run}, running.prune_text(removed, dry_run=dry_run), as_json=as_json)
