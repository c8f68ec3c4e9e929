"""A recipe file in an editor together with the documents beside it: saved ones, and those open in an editor."""

from pathlib import Path

import pytest

from core.recipe.document_file import open_file
from core.recipe.documents import Folder
from core.recipe.draft import Draft
from core.recipe.file import check_recipe
from core.recipe.reading import component_reading
from core.recipe.templates import component_templates

GOOD = component_templates()[0].text
EXAMPLES = Path(__file__).parents[3] / "resources/examples"


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    (tmp_path / "part.yml").write_text(GOOD)
    text = Draft.blank().add_component("part.yml").text
    return Draft.of(text, file=str(tmp_path / "recipe.yml"), folder=Folder(tmp_path))


def test_a_card_shows_its_document(draft: Draft, tmp_path: Path) -> None:
    (card,) = draft.canvas.components
    assert card.document is not None
    assert [phase.name for phase in card.document.phases] == ["build", "validate"]
    assert (card.path, card.document_problems, card.missing) == (tmp_path / "part.yml", (), "")
    assert draft.problems == ()


def test_a_document_that_is_open_counts_with_its_text_in_the_editor(draft: Draft, tmp_path: Path) -> None:
    opened = Folder(tmp_path, {(tmp_path / "part.yml").resolve(): GOOD.replace("ExecuteBash", "ExecuteBush", 1)})
    now = draft.within(opened)
    (card,) = now.canvas.components
    assert [problem.hint for problem in now.problems_of(card)] == ["Did you mean 'ExecuteBash'?"]
    assert now.problems[0].file == card.file == str(tmp_path / "part.yml")
    assert now.within(Folder(tmp_path)).problems == ()


def test_a_document_changed_on_disk_is_read_anew(draft: Draft, tmp_path: Path) -> None:
    assert draft.problems == ()
    (tmp_path / "part.yml").write_text(GOOD.replace("phases:", "phaces:"))
    assert draft.within(draft.folder).problems != ()


def test_a_missing_document_is_said_on_its_card(draft: Draft, tmp_path: Path) -> None:
    (tmp_path / "part.yml").unlink()
    (card,) = draft.within(draft.folder).canvas.components
    assert card.missing == "There is no file part.yml"
    assert draft.within(draft.folder).problems_at(card.address)


def test_a_path_that_leads_away_is_not_followed(draft: Draft) -> None:
    (card,) = draft.put("imageRecipe.components[0].document", "../other.yml").canvas.components
    assert (card.document, card.path) == (None, None)
    assert "leads away" in card.missing


def test_a_mistake_in_the_recipe_does_not_hide_those_in_its_documents(draft: Draft, tmp_path: Path) -> None:
    (tmp_path / "part.yml").write_text(GOOD.replace("ExecuteBash", "ExecuteBush", 1))
    wrong = draft.write(draft.text.replace("name: untitled", "nmae: untitled"))
    assert {Path(problem.file).name for problem in wrong.problems} == {"recipe.yml", "part.yml"}


def test_only_enabled_documents_count_against_the_quota(draft: Draft, tmp_path: Path) -> None:
    filler = GOOD + "".join(f"# {'x' * 100}\n" for _ in range(140))
    (tmp_path / "part.yml").write_text(filler)
    (tmp_path / "more.yml").write_text(filler)
    both = draft.add_component("more.yml")
    assert any("25,600" in problem.message for problem in both.problems)
    assert not any("25,600" in problem.message for problem in both.disable_components((1,)).problems)


def test_every_example_is_drafted_as_it_is_checked() -> None:
    for path in EXAMPLES.glob("*/*.yml"):
        opened = open_file(path)
        draft = Draft.of(opened.text, file=str(path), folder=Folder(path.parent))
        assert draft.problems == check_recipe(opened.text, file=str(path), base=path.parent) == ()
        assert all(card.document is not None for card in draft.canvas.components)
        assert draft.copy(draft.components, range(len(draft.canvas.components)))


def test_the_web_server_example_is_made_from_a_new_file() -> None:
    example = Draft.of((EXAMPLES / "web-server/web-server.yml").read_text())
    made = (
        Draft.blank().put("name", "web-server").put("description", "nginx with one page, up as soon as the machine is")
    )
    made = made.add_component("components/nginx.yml").put("imageRecipe.components[0].parameters.Port", "80")
    made = made.put("infrastructureConfiguration.instanceTypes", ["t3.medium"])
    made = made.put("infrastructureConfiguration.instanceProfileName", "EC2InstanceProfileForImageBuilder")
    made = made.put("imageTestsConfiguration.timeoutMinutes", 60)
    for index, region in enumerate(("eu-central-1", "us-east-1")):
        made = made.add("distributions", {"region": region})
        ami = f"distributions[{index}].amiDistributionConfiguration"
        made = made.put(f"{ami}.name", "web-server {{ imagebuilder:buildDate }}")
        made = made.put(f"{ami}.amiTags.service", "web-server")
    parent = "ssm:/aws/service/debian/release/bookworm/latest/amd64"
    made = made.put("connections.aws.imageRecipe.parentImage", parent)
    assert made.record == example.record
    assert made.source.value() == example.source.value()
    assert list(made.source.value()) == list(example.source.value())  # type: ignore[arg-type]


def test_at_a_keystroke_only_the_document_that_changed_is_read_again(tmp_path: Path) -> None:
    draft = Draft.blank()
    for number in range(20):
        (tmp_path / f"part-{number}.yml").write_text(GOOD.replace("install-packages", f"part-{number}"))
        draft = draft.add_component(f"part-{number}.yml")
    draft = draft.within(Folder(tmp_path))
    assert draft.problems == ()
    before = component_reading.cache_info().misses
    typed = Folder(tmp_path, {(tmp_path / "part-7.yml").resolve(): GOOD + "# typed\n"})
    assert draft.within(typed).problems == ()
    assert component_reading.cache_info().misses == before + 1
