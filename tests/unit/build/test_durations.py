"""The table of times at the end of a bake."""

from core.build.chart import chart
from core.build.durations import durations
from core.build.run import replay
from tests.fakes.builds import good_build
from tests.fakes.source import at
from tests.unit.build.following import followed


def test_every_step_of_workflows_and_components_has_its_row_and_time() -> None:
    rows = durations(chart(replay(followed(good_build())), at(100)))
    table = [(row.depth, row.name, row.seconds and round(row.seconds, 1)) for row in rows]
    assert table[:5] == [
        (0, "build-image", 41),
        (1, "LaunchBuildInstance", 17),
        (1, "ApplyBuildComponents", 9),
        (2, "nginx 1.0.0/1", 3.6),
        (3, "build", 2.7),
    ]
    assert (4, "Fetch", 0.2) in table
    assert {row.what for row in rows if row.depth == 4} == {"ExecuteBash", "WebDownload"}


def test_what_still_runs_is_counted_up_to_now_and_what_has_not_begun_has_no_time() -> None:
    story = followed(good_build())
    under_way = next(n for n, event in enumerate(story) if event.subject.startswith("step"))
    rows = {row.name: row.seconds for row in durations(chart(replay(story[: under_way + 4]), at(12)))}
    assert rows["LaunchBuildInstance"] == 10
    assert rows["CreateOutputAMI"] is None
