"""A plan, carried out.

Each step is one call (tags may take two more) in the plan's order, reported as it is done. A failure leaves what was
made before it: publishing again finds that and goes on from there, so nothing needs to be undone. What the service
refuses is told with the place of the recipe file that wants it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, assert_never

from core.aws.imagebuilder import Kind, Members
from core.errors import Conflict, Invalid, NotFound, Unsupported
from core.publish.plan import Action, Plan, Step

REFUSALS: Final = (Invalid, NotFound, Conflict, Unsupported)
"""What is wrong with what was asked for, and not with the asking."""


class Publisher(Protocol):
    """What applying asks of a connection (`core.aws.imagebuilder.ImageBuilder` is one)."""

    def create(self, kind: Kind, members: Members) -> str: ...

    def update(self, kind: Kind, arn: str, members: Members) -> str: ...

    def tag(self, arn: str, tags: Mapping[str, str]) -> None: ...

    def untag(self, arn: str, keys: Sequence[str]) -> None: ...


@dataclass(frozen=True, slots=True)
class Applied:
    """A step that is done; `arn` is the resource's own, with build number where it was just made."""

    step: Step
    arn: str

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.step.kind.value,
            "name": self.step.name,
            "action": self.step.action.value,
            "reason": self.step.reason,
            "arn": self.arn,
        }


def apply(plan: Plan, publisher: Publisher) -> Iterator[Applied]:
    """Do the plan's steps one by one; the last one applied is the pipeline."""
    for step in plan.steps:
        try:
            arn = _do(step, publisher)
            if step.set_tags:
                publisher.tag(arn, step.set_tags)
            if step.remove_tags:
                publisher.untag(arn, step.remove_tags)
        except REFUSALS as error:
            error.context = {**error.context, "address": step.address}
            raise
        yield Applied(step, arn)


def _do(step: Step, publisher: Publisher) -> str:
    match step.action:
        case Action.REUSE:
            return step.arn
        case Action.UPDATE:
            return publisher.update(step.kind, step.arn, step.members)
        case Action.CREATE | Action.NEW_BUILD | Action.NEW_VERSION:
            return publisher.create(step.kind, step.members)
        case _:
            assert_never(step.action)
