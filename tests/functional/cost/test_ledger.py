"""The ledger of a build that was really recorded on this machine."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from core.build import journal
from core.cost.cost import Part
from core.cost.estimate import estimate
from core.cost.history import History, past
from core.cost.ledger import charged
from core.cost.prices import prices
from core.cost.shape import shape_of
from core.recipe.file import merged

RESOURCES = Path(__file__).parents[3] / "resources"
EXAMPLE = RESOURCES / "examples/web-server/web-server.yml"


def test_a_recorded_bake_has_its_machines_its_copies_and_its_log() -> None:
    """Step times, image sizes and outputs are those of a real build, not of a test's story."""
    ledger = charged(journal.events(RESOURCES / "rehearsal/web-server.jsonl"))
    assert [stay.workflow for stay in ledger.stays] == ["BUILD", "TEST"]
    assert all(30 < stay.seconds(datetime.now(UTC)) < 1200 and not stay.kept for stay in ledger.stays)
    assert ledger.copies == {"eu-central-1": 1, "us-east-1": 1}
    assert ledger.log_bytes > 5_000
    assert ledger.present == ()


def test_a_bake_on_local_is_priced_with_the_minutes_of_aws_and_the_size_it_measured() -> None:
    recipe = merged(EXAMPLE.read_text(encoding="utf-8"), "aws")
    ledger = charged(journal.events(RESOURCES / "rehearsal/web-server.jsonl")).sized(Decimal("1.1"))
    shape = shape_of(recipe, "eu-central-1", History(), datetime.now(UTC))
    cost = ledger.cost(prices(), shape, datetime.now(UTC))
    assert cost.run.by_part()[Part.COMPUTE] == estimate(shape, prices()).run.by_part()[Part.COMPUTE]
    assert cost.standing.amount.low == Decimal("1.1") * (Decimal("0.054") + Decimal("0.05"))
    taught = past(ledger)
    assert taught is not None
    assert (taught.recipe, taught.timed, taught.gib) == ("web-server", False, Decimal("1.1"))
