"""``bakehouse logs``: a build's log as it was written, from either end of the API."""

import json
import time
from collections.abc import Callable, Iterator

from core.build.source import LogEvent, LogPage, Source
from core.build.watch import LOCAL
from core.cli import choice
from core.cli.text import harmless
from core.errors import NotFound


def lines(arn: str, connection: str, *, follow: bool, as_json: bool) -> Iterator[str]:
    """The lines to print; with `follow` until the build has ended and its log is read."""
    image = choice.image_arn(arn)
    builder = choice.connection_of(image, connection).image_builder()
    for event in events(builder, str(image), follow=follow):
        if as_json:
            yield json.dumps({"timestamp": event.timestamp, "message": event.message}, ensure_ascii=False)
        else:
            yield from (harmless(line) for line in event.message.splitlines())


def events(
    source: Source, arn: str, *, follow: bool, sleep: Callable[[float], object] = time.sleep
) -> Iterator[LogEvent]:
    """All events of the log stream, oldest first.

    CloudWatch answers the end of a stream with the token it was asked with, and a stream that has no line yet with
    NotFound.
    """
    token: str | None = None
    while True:
        image = source.image(arn)
        over = image.state.status.terminal or not follow
        while True:
            page = _page(source, image.log_group, image.log_stream, token)
            yield from page.events
            if page.next_token in ("", token):
                break
            token = page.next_token
        if over:
            return
        sleep(LOCAL.fastest)


def _page(source: Source, group: str, stream: str, token: str | None) -> LogPage:
    try:
        return source.log_events(group, stream, token)
    except NotFound:
        return LogPage(next_token=token or "")
