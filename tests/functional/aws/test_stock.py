"""What a connection has, read from a real local service and, for what only AWS has, from a fake that lists."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from core.aws.connection import LocalConnection
from core.aws.imagebuilder import Kind, Resource
from core.aws.stock import Owner, Stock
from core.errors import Cancelled, NotFound
from core.local.endpoint import Endpoint, Home
from core.publish.apply import apply
from core.publish.prepared import planned, read_for
from tests.functional.service.running import KEYS, REGION, running_service
from tests.installed import ROOT

EXAMPLE = ROOT / "resources/examples/web-server/web-server.yml"
AT = "arn:aws:imagebuilder:eu-west-1"


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stock]:
    """Of a service that the web server was published to."""
    with running_service(Home(tmp_path_factory.mktemp("home"))) as running:
        endpoint = Endpoint(running.url, 1, KEYS.access_key_id, KEYS.secret_access_key)
        at = LocalConnection(REGION, running.home, lambda home: endpoint)
        builder = at.image_builder()
        list(apply(planned(read_for(EXAMPLE, EXAMPLE.read_text(), at.kind, at.name), at), builder))
        yield Stock(builder)


class Listing:
    """Answers every List operation from a table, by operation and owner."""

    def __init__(self, **entries: list[dict[str, Any]]) -> None:
        self.entries = entries

    def listed(self, operation: str, member: str, **arguments: Any) -> Iterator[Mapping[str, Any]]:
        yield from self.entries.get(f"{operation}_{arguments.get('owner', '')}".rstrip("_"), [])

    def find(self, kind: Kind, arn: str) -> Resource | None:
        return None


def test_own_and_amazons_components_are_there_with_their_documents(stock: Stock) -> None:
    components = {each.name: each for each in stock.components()}
    nginx, update = components["nginx"], components["update-linux"]
    assert (nginx.owner, nginx.version, nginx.platform, nginx.reference) == (
        Owner.SELF,
        "1.0.0",
        "Linux",
        "self/nginx/1.0.0",
    )
    assert (update.owner, update.reference) == (Owner.AMAZON, "aws/update-linux/x.x.x")
    assert stock.document(nginx.arn) == (EXAMPLE.parent / "components/nginx.yml").read_text()


def test_a_published_pipeline_and_its_recipe_are_there(stock: Stock) -> None:
    (pipeline,) = stock.pipelines()
    (recipe,) = stock.recipes()
    assert (pipeline.name, pipeline.status, pipeline.schedule) == ("web-server", "ENABLED", "")
    assert pipeline.recipe_arn == recipe.arn
    assert (recipe.kind, recipe.version, recipe.platform) == (Kind.IMAGE_RECIPE, "1.0.0", "Linux")
    assert stock.resource(recipe.kind, recipe.arn).members["components"]


def test_amazons_images_are_there_before_anything_was_built(stock: Stock) -> None:
    assert [(each.name, each.owner, each.status) for each in stock.images()] == [("debian-12-x86", Owner.AMAZON, "")]


def test_builds_come_newest_first_with_their_status_and_amis() -> None:
    def build(number: int, status: str, *amis: dict[str, str]) -> dict[str, Any]:
        return {
            "arn": f"{AT}:123456789012:image/web/1.0.0/{number}",
            "name": "web",
            "state": {"status": status, "reason": "no disk" if status == "FAILED" else ""},
            "dateCreated": f"2026-01-0{number}T00:00:00.000Z",
            "outputResources": {"amis": list(amis)},
        }

    builds = [build(1, "AVAILABLE", {"region": "eu-west-1", "image": "ami-1"}), build(2, "FAILED")]
    newest, older = Stock(Listing(ListImageBuildVersions=builds)).images()
    assert (newest.version, newest.status, newest.reason) == ("1.0.0/2", "FAILED", "no disk")
    assert [(ami.region, ami.image) for ami in older.amis] == [("eu-west-1", "ami-1")]


def test_only_the_newest_version_of_amazons_component_is_followed() -> None:
    def version(text: str) -> dict[str, str]:
        return {"arn": f"{AT}:aws:component/update-linux/{text}", "name": "update-linux", "version": text}

    found = Stock(Listing(ListComponents_Amazon=[version("1.9.0"), version("1.10.0")])).components()
    assert [each.reference for each in found] == ["aws/update-linux/x.x.x", "aws/update-linux/1.9.0"]


def test_a_shared_component_is_named_by_its_arn() -> None:
    arn = f"{AT}:210987654321:component/theirs/1.0.0"
    (found,) = Stock(Listing(ListComponents_Shared=[{"arn": arn, "name": "theirs", "version": "1.0.0"}])).components()
    assert found.reference == arn


def test_reading_stops_when_nobody_wants_it_any_more() -> None:
    def check() -> None:
        raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        Stock(Listing(), check).components()


def test_a_component_that_is_gone_is_said_to_be_gone() -> None:
    with pytest.raises(NotFound, match="is gone"):
        Stock(Listing()).document(f"{AT}:123456789012:component/gone/1.0.0")
