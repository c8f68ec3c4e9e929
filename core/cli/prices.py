"""``bakehouse prices``: where the prices come from and how old they are; ``--refresh`` asks AWS for newer ones."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from core.aws.connection import Connection
from core.cli.status import DONE, FAILED
from core.cost.prices import Prices, cache_file
from core.cost.refresh import Progress, Refreshed, everything, refresh, some


def text(prices: Prices) -> Iterable[str]:
    yield f"The prices of instances are {prices.age(datetime.now(UTC).date()).days} days old."
    width = max(len(each.kind) for each in prices.origins)
    for each in prices.origins:
        yield f"{each.date}  {each.kind:<{width}}  {each.figures:>6,}  {each.source}"
    if prices.notice:
        yield prices.notice


def as_json(prices: Prices) -> Mapping[str, Any]:
    origins = [
        {"kind": each.kind, "source": each.source, "date": each.date.isoformat(), "figures": each.figures}
        for each in prices.origins
    ]
    return {"prices": origins, "notice": prices.notice}


def refreshed(connection: Connection, instance_types: Sequence[str]) -> Refreshed:
    """Ask AWS, and show on a terminal how far it is."""
    from core.aws.price_list import price_list

    asked = some(instance_types) if instance_types else everything()
    source = price_list(connection)
    with Console(stderr=True).status("Asking AWS for prices") as shown:

        def progress(now: Progress) -> None:
            shown.update(f"Asking AWS for prices: {now.done} of {now.total}, {now.name}")

        return refresh(source, asked, cache_file(), progress)


def refreshed_json(done: Refreshed) -> Mapping[str, Any]:
    error = done.error and {"message": done.error.message, "hint": done.error.hint}
    counts = {"questions": done.total, "answered": done.done, "prices": done.figures}
    return {"refreshed": {**counts, "refused": done.refused, "error": error}}


def status(done: Refreshed) -> int:
    return FAILED if done.error is not None else DONE
