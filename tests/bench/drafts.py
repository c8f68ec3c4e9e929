"""What editing costs: a recipe with 20 components of 16,000 characters each, opened, typed in and edited visually.

Times are of the processor, so that what else runs on the machine does not count.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from core.recipe.component_draft import ComponentDraft
from core.recipe.documents import Folder
from core.recipe.draft import Draft

COMPONENTS, CHARACTERS, ROUNDS = 20, 16_000, 9
_HEAD = """\
name: part
schemaVersion: 1.0
parameters:
  - Port:
      type: string
      default: "80"
phases:
  - name: build
    steps:
"""
_STEP = """\
      - name: Step{step}
        action: ExecuteBash
        timeoutSeconds: 60
        inputs:
          commands:
            - |
              set -euo pipefail
"""
_LINE = (
    "              apt-get -q -y install --no-install-recommends package-{component}-{step}-{line} # {{{{ Port }}}}\n"
)


def document(component: int, lines: int) -> str:
    """A component document of nearly 16,000 characters whose scripts have so many lines."""
    text = _HEAD
    for step in range(1000):
        rows = (_LINE.format(component=component, step=step, line=line) for line in range(lines))
        more = _STEP.format(step=step) + "".join(rows)
        if len(text) + len(more) > CHARACTERS:
            break
        text += more
    return text


def milliseconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return 1000 * (time.process_time() - start)


def looked_at(draft: Draft | ComponentDraft) -> object:
    return draft.problems, draft.canvas if isinstance(draft, Draft) else draft.lanes


def edit(draft: ComponentDraft) -> None:
    looked_at(draft.put("phases[0].steps[3].timeoutSeconds", 90))


def measured(base: Path, lines: int) -> dict[str, float]:
    """Milliseconds for opening, one keystroke in a component, and one visual edit of it; medians of some rounds."""
    opened = Draft.blank()
    for component in range(COMPONENTS):
        (base / f"part-{component}.yml").write_text(document(component, lines))
        opened = opened.add_component(f"part-{component}.yml")
    recipe = Draft.of(opened.text, file=str(base / "recipe.yml"), folder=Folder(base))
    found = {"open": milliseconds(lambda: looked_at(recipe))}
    path = (base / "part-7.yml").resolve()
    text = document(7, lines)
    typing, editing = [], []
    for count in range(ROUNDS):
        typed = text.replace("set -euo", f"set -{'x' * count}euo", 1)

        def keystroke(typed: str = typed) -> None:
            looked_at(ComponentDraft.of(typed, file=str(base / "part-7.yml")))
            looked_at(recipe.within(Folder(base, {path: typed})))

        typing.append(milliseconds(keystroke))
        draft = ComponentDraft.of(typed, file=str(base / "part-7.yml"))
        editing.append(milliseconds(partial(edit, draft)))
    return found | {"keystroke": statistics.median(typing), "edit": statistics.median(editing)}


def main() -> None:
    for lines in (3, 10, 30):
        with tempfile.TemporaryDirectory() as folder:
            figures = measured(Path(folder), lines)
        told = ", ".join(f"{name} {figure:.0f} ms" for name, figure in figures.items())
        print(f"{lines} lines per script: {told}")  # noqa: T201


if __name__ == "__main__":
    main()
