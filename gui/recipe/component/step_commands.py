"""What keys and menus do to steps: moved, copied, pasted, removed; each says which step is chosen afterwards."""

from core.errors import BakehouseError, Invalid
from core.recipe.component_draft import ComponentDraft
from core.recipe.editable import free_name
from gui.recipe.component.drafting import DraftEdit, Drafting
from gui.recipe.component.lanes import Place


def steps_of(phase: int) -> tuple[str | int, ...]:
    """Where a phase's steps are."""
    return ("phases", phase, "steps")


class StepCommands:
    """Commands on one document."""

    def __init__(self, drafting: Drafting) -> None:
        self._drafting = drafting

    def move(self, place: tuple[int, int], by: int) -> Place:
        """One up or down, over the border of a phase too."""
        phase, step = place
        lanes = self._drafting.draft.lanes.phases
        to = step + by
        if 0 <= to < len(lanes[phase].steps):
            gap = to if by < 0 else to + 1
            done = self._edit("Move step", lambda draft: draft.move(steps_of(phase), [step], gap))
            return (phase, to) if done else place
        other = phase + by
        if not 0 <= other < len(lanes):
            return place
        gap = len(lanes[other].steps) if by < 0 else 0
        moved = self._edit("Move step", lambda draft: draft.move_steps(phase, (step,), other, gap))
        return (other, gap) if moved else place

    def delete(self, place: tuple[int, int]) -> Place:
        phase, step = place
        self._edit("Delete step", lambda draft: draft.remove(steps_of(phase), [step]))
        count = len(self._drafting.draft.lanes.phases[phase].steps)
        return (phase, min(step, count - 1)) if count else None

    def duplicate(self, place: tuple[int, int]) -> Place:
        phase, step = place
        done = self._edit("Duplicate step", lambda draft: draft.duplicate(steps_of(phase), [step]))
        return (phase, step + 1) if done else place

    def copy(self, place: tuple[int, int]) -> str:
        """The step as YAML text; "" where that can't be."""
        try:
            return self._drafting.draft.copy(steps_of(place[0]), [place[1]])
        except BakehouseError as error:
            self._drafting.refused.emit(error)
            return ""

    def paste(self, place: Place, text: str) -> Place:
        """Put steps behind the chosen one, or at the end of the first phase."""
        lanes = self._drafting.draft.lanes.phases
        if not lanes:
            self._drafting.refused.emit(Invalid("There is no phase to paste into.", hint="Add a phase first."))
            return place
        phase, at = (place[0], place[1] + 1) if place is not None else (0, len(lanes[0].steps))
        done = self._edit("Paste step", lambda draft: _pasted(draft, phase, at, text))
        return (phase, at) if done else place

    def add(self, phase: int, action: str) -> Place:
        lane = self._drafting.draft.lanes.phases[phase]
        done = self._edit(f"Add {action}", lambda draft: draft.add_step(phase, action))
        return (phase, len(lane.steps)) if done else None

    def add_phase(self, name: str, order: tuple[str, ...]) -> None:
        """Where it belongs among the standard phases."""
        names = [lane.name for lane in self._drafting.draft.lanes.phases]
        later = order[order.index(name) + 1 :]
        at = next((index for index, each in enumerate(names) if each in later), len(names))
        self._edit(f"Add {name} phase", lambda draft: draft.add_phase(name, at))

    def remove_phase(self, phase: int) -> None:
        self._edit("Remove phase", lambda draft: draft.remove("phases", [phase]))

    def _edit(self, label: str, edit: DraftEdit) -> bool:
        return self._drafting.edit(label, edit)


def _pasted(draft: ComponentDraft, phase: int, at: int, text: str) -> ComponentDraft:
    """Steps from a text, under names of their own where the phase has theirs already."""
    place = steps_of(phase)
    before = draft.count(place)
    taken = {step.name for step in draft.lanes.phases[phase].steps}
    changed = draft.paste(place, text, at)
    for index in range(at, at + changed.count(place) - before):
        name = changed.source.value((*place, index, "name"))
        if isinstance(name, str) and name in taken:
            name = free_name(name, taken)
            changed = changed.put((*place, index, "name"), name)
        taken.add(str(name))
    return changed
