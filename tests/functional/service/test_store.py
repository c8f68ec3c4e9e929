"""The store below the API: transactions, migrations, records."""

import threading
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from core.errors import HostFault
from core.local.store import executions, resources
from core.local.store.builds import Builds
from core.local.store.database import REVISIONS, Database
from core.local.store.managed import Managed
from core.local.store.records import StepExecution
from core.local.store.resources import Resource
from core.local.store.schema import METADATA
from core.recipe.names import Arn

IMAGE = "arn:aws:imagebuilder:eu-west-1:123456789012:image/web/1.0.0/1"


def _image(arn: str = IMAGE, status: str = "PENDING") -> Resource:
    return Resource(Arn.parse(arn), {"arn": arn, "state": {"status": status}}, "2026-01-01T00:00:00.000Z")


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "store.sqlite")


@pytest.fixture
def builds(database: Database, tmp_path: Path) -> Builds:
    with database.writing() as connection:
        resources.add(connection, _image())
    return Builds(database, Managed(tmp_path, lambda _region, _name: "ami-1"))


def test_the_migrations_lead_to_the_schema_that_the_code_uses(database: Database) -> None:
    with database.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == REVISIONS[-1]
        found = inspect(connection)
        for table in METADATA.sorted_tables:
            assert {column["name"] for column in found.get_columns(table.name)} == {c.name for c in table.columns}
            indexes = {index["name"] for index in found.get_indexes(table.name)}
            assert {index.name for index in table.indexes} <= indexes


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    path.write_text("this is not a database, but long enough to look like one" * 100)
    with pytest.raises(HostFault, match="not a database"):
        Database(path)


def test_what_fails_leaves_nothing_behind(database: Database) -> None:
    """A resource written before its references, each on its own, stayed behind without them when the second failed."""

    def write_twice() -> None:
        with database.writing() as connection:
            resources.add(connection, _image(), ["arn:a"])
            resources.add(connection, _image())

    with pytest.raises(IntegrityError):
        write_twice()
    with database.reading() as connection:
        assert resources.get(connection, IMAGE) is None


def test_a_full_disk_is_said_in_words_and_costs_nothing_committed(builds: Builds, database: Database) -> None:
    """sqlite3's own error went up through the engine as a bug of ours, and the build it hit stayed BUILDING."""
    _limit(database, "(SELECT page_count + 8 FROM pragma_page_count)")
    events = [(1, "x" * 200_000)]
    with pytest.raises(HostFault, match="full") as caught:
        builds.append_log("eu-west-1", "/group", "1.0.0/1", events)
    assert "Free disk space" in caught.value.hint
    assert builds.unfinished_images() == [IMAGE]
    _limit(database, "1000000")
    builds.append_log("eu-west-1", "/group", "1.0.0/1", events)
    builds.change_image(IMAGE, state={"status": "FAILED"})
    assert builds.unfinished_images() == []


def _limit(database: Database, pages: str) -> None:
    """Let the file grow to so many pages: what a full disk is to SQLite. Holds for the one connection in use."""
    with database.reading() as connection:
        count = connection.execute(text(f"SELECT {pages}")).scalar()
        connection.execute(text(f"PRAGMA max_page_count = {count}"))


def test_a_reader_sees_only_what_is_committed(database: Database) -> None:
    with database.writing() as connection:
        resources.add(connection, _image())
        with database.reading() as reader:
            assert resources.get(reader, IMAGE) is None
    with database.reading() as reader:
        assert resources.get(reader, IMAGE) is not None


def test_writers_of_many_threads_wait_for_each_other(database: Database) -> None:
    """Without the lock taken at the beginning of a transaction, the second of two that had both read the number failed
    with `database is locked`, or gave the same number again."""
    arn, numbers, ready = Arn.parse(IMAGE), [], threading.Barrier(4)

    def count() -> None:
        ready.wait(10)
        for _ in range(25):
            with database.writing() as connection:
                numbers.append(resources.next_build(connection, arn))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(numbers) == list(range(1, 101))


def test_removing_a_resource_removes_what_hangs_on_it(database: Database, builds: Builds) -> None:
    execution = builds.begin_workflow(IMAGE, "arn:w", "BUILD", 1)
    (step,) = builds.begin_steps(execution.workflow_execution_id, [StepExecution(name="A", action="WaitForAction")])
    with database.writing() as connection:
        resources.remove(connection, IMAGE)
        assert executions.step(connection, step.step_execution_id) is None
        assert executions.workflow(connection, execution.workflow_execution_id) is None


def test_a_misspelt_member_of_a_record_is_refused(builds: Builds) -> None:
    execution = builds.begin_workflow(IMAGE, "arn:w", "BUILD", 1)
    with pytest.raises(ValidationError):
        builds.change_workflow(execution.workflow_execution_id, totalStepsSuceeded=1)
    with pytest.raises(KeyError):
        builds.change_step("step-unknown", status="RUNNING")


def test_unfinished_images_are_those_in_no_terminal_state(database: Database, builds: Builds) -> None:
    with database.writing() as connection:
        for number, status in enumerate(("BUILDING", "AVAILABLE", "FAILED", "CANCELLED", "TESTING"), 2):
            resources.add(connection, _image(f"{IMAGE[:-1]}{number}", status))
    assert [arn[-1] for arn in builds.unfinished_images()] == ["1", "2", "6"]


def test_none_takes_a_member_away(builds: Builds) -> None:
    builds.change_image(IMAGE, osVersion="Debian 12", state={"status": "TESTING"})
    changed = builds.change_image(IMAGE, osVersion=None)
    assert changed == {"arn": IMAGE, "state": {"status": "TESTING"}}
    assert builds.image(IMAGE) == changed
