"""`picturebook estimate`, without a deployment and beside one; AWS is moto's, filled by a run in memory."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from rich.console import Console
from typer.testing import CliRunner, Result

from local.cli.amounts import max_amount
from local.cli.app import app
from local.cli.deployed_stack import DeployedStack
from local.cli.estimates.estimate_sentences import sentences
from local.cli.estimates.estimate_tables import estimate_document, print_estimate
from local.cli.estimates.forecast import Forecast
from local.cli.estimates.make_forecast import deployed_forecast, first_forecast
from local.cli.estimates.picture_price import price_sentence
from local.cli.models_in_use import models_in_use
from picturebook.catalogue import Retirement
from tests.fakes.aws_tables import create_tables
from tests.fakes.dear_models import DearChatModel, DearImageModel
from tests.fakes.image_model import FakeImageModel
from tests.fakes.picturebook_world import World
from tests.fakes.stories import MIRA, TOCK, page, story, story_document
from tests.fakes.text_models import text_parts
from tests.local.cli.stories import MODELS, unpriced, write_story

STORIES = Path(__file__).parents[4] / "events" / "stories"
PAGES = [page(1, "Mira"), page(2, "Tock", text="Tock strikes ten."), page(3)]
PARAMETERS = {"DefaultModel": "gpt-image-2", "ChatModel": "gpt-5.4-mini", "ReplaceRetiringDays": "30"}
BUCKET = "some-bucket"
MODELS_DAY = date(2026, 12, 11)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["estimate", *map(str, arguments)])


def shown(forecast: Forecast, *, width: int = 80) -> str:
    console = Console(width=width, file=StringIO(), record=True)
    print_estimate(forecast, console)
    return console.export_text()


def document(forecast: Forecast) -> Any:
    return json.loads(json.dumps(estimate_document(forecast)))


def states(forecast: Forecast) -> dict[str, str]:
    return {one["picture_id"]: one["state"] for one in document(forecast)["pictures"]}


@pytest.fixture
def first(tmp_path: Path) -> Forecast:
    return first_forecast(write_story(tmp_path))


# Without a deployment.


def test_without_a_deployment_everything_is_new_and_nothing_is_unknown(tmp_path: Path) -> None:
    done = run(write_story(tmp_path), "--json")
    output = json.loads(done.stdout)
    assert (done.exit_code, output["type"], output["is_first_upload"]) == (0, "estimate", True)
    assert {one["state"] for one in output["pictures"]} == {"new"}
    assert output["bible"]["looks"] == ["Maren"]
    assert (output["chat_model"], output["max_cost_usd"]) == ("gpt-5.4-mini", None)
    groups = {name: Decimal(usd) for name, usd in output["groups"].items()}
    assert set(groups) == {"sheets", "pages", "words"}
    assert sum(groups.values()) == Decimal(output["at_most_usd"])
    assert Decimal(output["further_takes_usd"]) == groups["sheets"] + groups["pages"]
    assert Decimal(output["bible"]["at_most_usd"]) > 0


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("path", sorted(STORIES.glob("*.json")), ids=lambda path: path.stem)
def test_the_table_has_every_picture_and_the_total(path: Path, width: int) -> None:
    forecast = first_forecast(path)
    text = shown(forecast, width=width)
    output = document(forecast)
    assert all(len(line) <= width for line in text.splitlines())
    assert all(f"  {one['label']} " in text for one in output["pictures"])
    assert f"at most US${output['at_most_usd'][:4]}" in " ".join(text.split())
    assert "Not written yet: " in text


def test_estimate_refuses_a_faulty_story_with_the_message_of_illustrate(tmp_path: Path) -> None:
    path = write_story(tmp_path, max_cost_usd=0.01)
    done = run(path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == CliRunner().invoke(app, ["illustrate", str(path)]).stderr
    assert "max_cost_usd: is US$0.01, and the pictures may cost US$" in done.stderr
    assert json.loads(run(path, "--json").stdout)["field"] == "max_cost_usd"


@pytest.mark.parametrize("also", [("--local",), ("--endpoint-url", "http://127.0.0.1:1")])
def test_options_that_name_two_deployments_are_refused(tmp_path: Path, also: tuple[str, ...]) -> None:
    done = run(write_story(tmp_path), "--deployed", *also)
    assert done.exit_code == 2
    assert "--deployed cannot be combined" in done.stderr


def test_an_empty_path_is_not_called_a_folder() -> None:
    assert run("").stderr == "The story's path is empty.\n  accepted: the path of a story's JSON file\n"


def test_an_unknown_price_is_unknown_in_every_sum_that_it_is_part_of(first: Forecast) -> None:
    unknown = replace(first, estimate=unpriced(first.estimate))
    output = document(unknown)
    assert (output["at_most_usd"], output["further_takes_usd"], output["groups"]["pages"]) == ("unknown",) * 3
    assert output["groups"]["words"] != "unknown"
    text = shown(unknown)
    assert "the price is unknown" in " ".join(text.split())
    assert next(line for line in text.splitlines() if "In all" in line).split()[-1] == "unknown"


def test_a_maximum_is_shown_with_the_amount_that_it_leaves(tmp_path: Path) -> None:
    roomy, tight = (first_forecast(write_story(tmp_path, max_cost_usd=maximum)) for maximum in (5, 0.25))
    assert "The story's maximum is US$5: it would be accepted." in sentences(roomy)
    assert "and never more than US$5." in shown(roomy, width=200)
    assert next(sentences(tight)).endswith(
        "at most US$0.25, the story's maximum. Where it does not pay for a text, the story's own words are used."
    )
    assert document(tight)["at_most_usd"] == document(tight)["max_cost_usd"] == "0.25"


def test_models_that_retire_are_named(tmp_path: Path) -> None:
    replaced = first_forecast(write_story(tmp_path, model="dall-e-3"))
    assert "dall-e-3 was retired on 2026-05-12: gpt-image-2 draws instead." in sentences(replaced)
    assert document(replaced)["retiring"][0]["replaced_by"] == "gpt-image-2"
    stays = Retirement("gpt-x", MODELS_DAY, None, is_gone=False, is_replaced=False)
    shown_lines = [*sentences(replace(replaced, retiring=(stays,)))]
    assert "gpt-x will be retired on 2026-12-11. It has no replacement." in shown_lines


def test_a_chat_model_that_retires_soon_is_named_as_retiring() -> None:
    models = models_in_use({**PARAMETERS, "ChatModel": "gpt-5-mini"})
    (retirement,) = models.retiring(story(), today=MODELS_DAY)
    assert (retirement.model, retirement.is_gone) == ("gpt-5-mini", True)
    assert [*MODELS.retiring(story(), today=MODELS_DAY)] == []


def test_a_deployment_older_than_chat_models_has_no_chat_model() -> None:
    models = models_in_use({"DefaultModel": "gpt-image-2"})
    assert (models.chat, models.replace_within.days) == (None, 30)
    assert models_in_use({**PARAMETERS, "ChatModel": ""}).chat is None


# Beside a deployment.


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in {"ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "x", "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        yield s3


def beside(path: Path, **parameters: str) -> Forecast:
    outputs = {"BucketName": BUCKET, "LedgerTableName": "ledger"}
    return deployed_forecast(DeployedStack(outputs, {**PARAMETERS, **parameters}, boto3.client), path)  # type: ignore[arg-type]  # by name of the service


def drawn_world() -> World:
    world = World(DearImageModel())
    world.use(**text_parts(chat=DearChatModel(), prices=MODELS.chat))
    return world


def paid(world: World, s3: Any, *, minute: int = 0, **fields: Any) -> Decimal:
    """Hand a story in, draw it, put what that left into the bucket, and return what it cost."""

    async def drawn() -> None:
        await world.accept(story(**{"pages": PAGES, **fields}), minute=minute)
        await world.run_until_quiet()

    asyncio.run(drawn())
    for key, stored in world.store.objects.items():
        s3.put_object(Bucket=BUCKET, Key=key, Body=stored.content)
    cost = world.manifest().cost_usd
    assert cost is not None
    return cost


def story_at(folder: Path, **fields: Any) -> Path:
    path = folder / "story.json"
    path.write_text(json.dumps(story_document(**{"pages": PAGES, **fields})))
    return path


def test_no_upload_costs_more_than_its_estimate(s3: Any, tmp_path: Path) -> None:
    world = drawn_world()
    changed = [*PAGES[:2], page(3, text="Snow falls.")]
    taller = {**TOCK, "traits": ["a brass clockwork owl", "a red bow tie"]}
    uploads: list[dict[str, Any]] = [{}, {"pages": changed}, {"pages": changed, "characters": [MIRA, taller]}]
    news = []
    for minute, fields in enumerate(uploads):
        forecast = beside(story_at(tmp_path, **fields))
        assert paid(world, s3, minute=minute, **fields) <= Decimal(document(forecast)["at_most_usd"])
        news.append([name for name, state in states(forecast).items() if state == "new"])
    assert news == [
        ["character-01", "character-02", "page-001", "page-002", "page-003"],
        ["page-003"],
        ["character-02", "page-002"],
    ]
    last = beside(story_at(tmp_path, **uploads[-1]))
    assert (document(last)["at_most_usd"], document(last)["is_accepted_already"]) == ("0", True)
    assert "Nothing would be bought: US$0." in shown(last)
    assert "was accepted before" in shown(last)


def test_in_a_narrow_terminal_names_are_folded_and_amounts_are_whole(s3: Any, tmp_path: Path) -> None:
    paid(drawn_world(), s3)
    long = {**TOCK, "name": "Professor Tock of the Old Clock Tower", "views": ["portrait"]}
    fields: dict[str, Any] = {"characters": [MIRA, long], "pages": [PAGES[0], page(2, str(long["name"]))]}
    forecast = beside(story_at(tmp_path, **fields))
    lines = shown(forecast, width=72).splitlines()
    assert all(len(line) <= 72 for line in lines)
    assert "…" not in "".join(lines)
    amounts = [amount for one in document(forecast)["pictures"] if (amount := Decimal(one["at_most_usd"]))]
    assert all(any(line.split()[-1:] == [max_amount(amount)] for line in lines) for amount in amounts)


def test_an_estimate_only_reads(s3: Any, tmp_path: Path) -> None:
    paid(drawn_world(), s3)
    before = {one["Key"]: one["ETag"] for one in s3.list_objects_v2(Bucket=BUCKET)["Contents"]}
    beside(story_at(tmp_path, title="Another", characters=[MIRA], pages=[page(1, "Mira"), page(3)]), ChatModel="")
    assert {one["Key"]: one["ETag"] for one in s3.list_objects_v2(Bucket=BUCKET)["Contents"]} == before


def test_a_picture_that_failed_in_the_same_story_is_neither_bought_nor_called_drawn(s3: Any, tmp_path: Path) -> None:
    fields: dict[str, Any] = {"characters": [], "pages": [page(1), page(2, text="They sleep.")]}
    paid(World(FakeImageModel(b"rubbish")), s3, **fields)
    forecast = beside(story_at(tmp_path, **fields), ChatModel="")
    assert states(forecast) == {"page-001": "not bought", "page-002": "drawn already"}
    assert document(forecast)["at_most_usd"] == "0"
    assert "1 drawn already, 1 not bought" in shown(forecast)


def test_the_estimate_uses_the_deployments_own_models(s3: Any, tmp_path: Path) -> None:
    path = story_at(tmp_path, size="1024x1024")
    own = document(beside(path, DefaultModel="gpt-image-1.5", ReplaceRetiringDays="0", ChatModel=""))
    assert (own["chat_model"], own["bible"]["at_most_usd"]) == (None, "0")
    assert own["model"] in {"gpt-image-1.5", "gpt-image-2"}
    assert own["retiring"][0]["model"] == "gpt-image-1.5"


def test_without_a_chat_model_the_book_has_other_texts_and_every_picture_is_new(s3: Any, tmp_path: Path) -> None:
    paid(drawn_world(), s3)
    assert set(states(beside(story_at(tmp_path, title="Another"), ChatModel="")).values()) == {"new"}
    assert set(states(beside(story_at(tmp_path, title="Another"))).values()) == {"drawn already"}


# What another take costs.


def price(**message: object) -> str:
    outputs = {"BucketName": BUCKET, "LedgerTableName": "ledger"}
    return price_sentence(message, DeployedStack(outputs, PARAMETERS, boto3.client))  # type: ignore[arg-type]  # as above


def test_another_take_costs_what_one_take_may_cost_even_of_a_picture_that_was_drawn_before(s3: Any) -> None:
    world = drawn_world()
    paid(world, s3)
    worst = world.manifest().pictures[-1].worst_cost_usd
    paid(world, s3, minute=1, title="Another")
    again = world.manifest()
    assert again.pictures[-1].worst_cost_usd == 0
    message = {"story_id": "lantern", "revision": again.revision, "picture_id": "page-003"}
    assert price(**message) == f"It costs at most US{max_amount(worst)}"


@pytest.mark.parametrize(
    "message",
    [
        {"story_id": "lantern", "revision": "0" * 16, "picture_id": "page-003"},
        {"story_id": "lantern", "picture_id": "page-003"},
        {"story_id": None, "request_id": "fern", "picture_id": "page-003"},
    ],
    ids=["no such revision", "no ledger", "a request"],
)
def test_a_price_that_cannot_be_looked_up_is_called_unknown(s3: Any, message: dict[str, object]) -> None:
    assert price(**message) == "The price is not known here"


def test_without_a_revision_the_ledger_gives_the_current_one(s3: Any) -> None:
    create_tables(boto3.client("dynamodb"))
    world = drawn_world()
    paid(world, s3)
    revision = {"revision": {"S": world.manifest().revision}}
    key = {"pk": {"S": "STORY#lantern"}, "sk": {"S": "HEAD"}}
    boto3.client("dynamodb").put_item(TableName="ledger", Item={**key, **revision})
    assert price(story_id="lantern", picture_id="page-001").startswith("It costs at most US$0.")
    assert price(story_id="lantern", picture_id="page-009") == "The price is not known here"
