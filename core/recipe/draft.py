"""A recipe file in an editor: its text, the record and the problems read from it, and edits.

The text is the only state. Everything shown comes from it, so the visual editors and the text editor cannot disagree,
and undo is keeping the drafts that were. Records and rules are imported with the first edit or check
(see `core.recipe.schema`): reading a text for its cards needs neither.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Self

from core.errors import Invalid, Problem
from core.recipe.address import Path
from core.recipe.canvas import Canvas, Card, ComponentCard, ContainerCard, canvas_of
from core.recipe.codec import Source
from core.recipe.documents import Folder
from core.recipe.editable import Editable, Slot, below, free_name
from core.recipe.findings import Findings
from core.recipe.render import Value
from core.recipe.tree import Entries, Plain, tree_of

if TYPE_CHECKING:
    from core.recipe.recipe import RecipeFile

BLANK = """\
schemaVersion: 1
name: untitled

imageRecipe:
  semanticVersion: 1.0.x
  parentImage: debian-12-x86
"""

AMI_NAME = "{} {{{{ imagebuilder:buildDate }}}}"


@dataclass(frozen=True)
class Draft(Editable):
    """A recipe file as it stands in an editor; `folder` is where its documents are, None before it was ever saved."""

    folder: Folder | None = field(default=None)

    @classmethod
    def of(cls, text: str, *, file: str = "", folder: Folder | None = None) -> Self:
        return cls(Source(tree_of(text, file=file)), folder)

    @classmethod
    def blank(cls) -> Self:
        """A new recipe file: what no recipe can do without."""
        return cls.of(BLANK)

    def within(self, folder: Folder | None) -> Self:
        """The same text with its documents looked at anew, or in another folder."""
        return replace(self, folder=folder)

    @cached_property
    def record(self) -> "RecipeFile | None":
        """The file without any connection's overrides; None while it is not valid."""
        from core.recipe.file import parse_recipe

        try:
            return parse_recipe(self.source.tree)
        except Invalid:
            return None

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Everything wrong or doubtful in the file and in the documents it names, in source order."""
        from core.recipe.file import check_recipe

        findings = Findings(self.file, check_recipe(self.source.tree, base=self.folder))
        # A mistake in the recipe must not hide those in its documents.
        for card in self.canvas.components:
            findings.extend(card.document_problems)
        return findings.problems

    @cached_property
    def canvas(self) -> Canvas:
        """The pipeline as it runs, from top to bottom, read as far as the text allows."""
        return canvas_of(self.source, self.folder)

    def problems_at(self, place: str) -> tuple[Problem, ...]:
        """The problems of a node and of all below it, those of connections' overrides of it included."""
        return tuple(
            problem for problem in self.problems if problem.file == self.file and below(problem.address, place)
        )

    def problems_of(self, card: Card) -> tuple[Problem, ...]:
        """The problems a card shows: those of its place in the file, then those in the document it names."""
        own = self.problems_at(card.address)
        return (*own, *card.document_problems) if isinstance(card, ComponentCard) else own

    @property
    def recipe_key(self) -> str:
        """Which of the two recipes the file has; an image recipe while it has neither."""
        root = self.source.root
        keys = root.index if isinstance(root, Entries) else {}
        return "containerRecipe" if "containerRecipe" in keys and "imageRecipe" not in keys else "imageRecipe"

    @property
    def components(self) -> Path:
        """The place of the list of components."""
        return (self.recipe_key, "components")

    def add_component(self, reference: str, index: int | None = None) -> Self:
        """Add a component by its document's path, its ARN or short reference, or its S3 URI."""
        return self.add(self.components, component_entry(reference), index)

    def replace_component(self, index: int, reference: str) -> Self:
        """Let a card name another component; its parameters and whether it is disabled stay."""
        changed: Self = self
        ((key, value),) = component_entry(reference).items()
        for other in ("document", "uri", "componentArn"):
            if other != key:
                changed = changed.clear((*self.components, index, other))
        return changed.put((*self.components, index, key), value)

    def disable_components(self, indexes: tuple[int, ...], disabled: bool = True) -> Self:
        """Keep components in the file without publishing them, or publish them again."""
        changed: Self = self
        for index in indexes:
            changed = changed.put((*self.components, index, "disabled"), disabled)
        return changed

    def add_region(self, code: str) -> Self:
        """Distribute to a region more; its image is named as in the regions before it."""
        canvas = self.canvas
        last = canvas.regions[-1] if canvas.regions else None
        if isinstance(canvas.output, ContainerCard):
            repository = (last.repository if last else "") or canvas.output.repository
            target = {"targetRepository": {"service": "ECR", "repositoryName": repository}}
            entry = {"containerDistributionConfiguration": target} if repository else {}
            return self.add(("distributions",), {"region": code, **entry})
        name = (last.ami_name if last else "") or AMI_NAME.format(canvas.name)
        return self.add(("distributions",), {"region": code, "amiDistributionConfiguration": {"name": name}})

    def slot(self, path: Path) -> Slot:
        from core.recipe.schema import slot_at

        return slot_at(path)

    def keys(self, path: Path) -> tuple[str, ...]:
        from core.recipe.schema import keys_at

        return keys_at(path)

    def copied_name(self, place: Path, item: Plain) -> tuple[str, str] | None:
        """A document may be published twice under two names; nothing else of a recipe file needs a name of its own."""
        if place[-1:] != ("components",) or not isinstance(item, dict) or "componentArn" in item:
            return None
        given = item.get("name") or PurePosixPath(str(item.get("document") or item.get("uri") or "")).stem
        named = canvas_of(self.source, None)  # without the documents, which say nothing of their names
        return "name", free_name(str(given), {card.name for card in named.components})

    def item_of(self, place: Path, text: str) -> Value:
        return component_entry(text.strip()) if place[-1:] == ("components",) else super().item_of(place, text)


def component_entry(reference: str) -> dict[str, Value]:
    """The entry for a component named by an ARN, a short reference, an S3 URI or the path of a document."""
    if reference.startswith("s3://"):
        return {"uri": reference}
    if reference.startswith("arn:") or PurePosixPath(reference).suffix.lower() not in (".yml", ".yaml", ".json"):
        return {"componentArn": reference}
    return {"document": reference}
