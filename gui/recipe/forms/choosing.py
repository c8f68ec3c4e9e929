"""Combos whose choices are looked up in the account, where the connection can; free text works everywhere."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from core.aws.connection import Capability
from core.errors import BakehouseError, Severity
from gui.recipe.forms.bound import Bound
from gui.recipe.forms.workplace import Workplace
from gui.theme.status import SEVERITIES
from gui.widgets.entry import Option, OptionModel
from gui.widgets.field import Note

if TYPE_CHECKING:  # it loads botocore, which a form must not wait for
    from core.aws.lookups import Lookups

T = TypeVar("T")


def looked_up(
    at: Workplace,
    question: str,
    ask: "Callable[[Lookups], Iterable[T]]",
    option: Callable[[T], Option],
    model: OptionModel,
    field: Bound,
) -> None:
    """Fill the `model` of a `field` with what `ask` finds in the connection's look-ups; an error is said there."""
    connection = at.session.connection
    if Capability.LOOKUPS not in connection.capabilities:
        return

    def work() -> list[Option]:
        return [option(each) for each in ask(connection.lookups())]

    def fail(error: BakehouseError) -> None:
        message = f"Nothing to choose from, type it instead: {error.message}"
        field.remark(Note(SEVERITIES[Severity.WARNING], message, error.hint))

    at.answers.ask(field, (question,), work, model.offer, fail)
