from __future__ import annotations

import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from local.cli.app import app
from local.cli.catalogue_document import models_document
from local.cli.catalogue_tables import model_tables, retired_tables
from picturebook.catalogue import Catalogue, load_catalogue


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_a_model_without_a_price_is_listed_with_its_price_unknown() -> None:
    spec = load_catalogue().spec("gpt-image-2").model_copy(update={"prices": None})
    document = json.loads(json.dumps(models_document(Catalogue({"gpt-image-2": spec}), today=date(2026, 11, 24))))
    (listed,) = document["models"]
    assert set(listed["worst_cost_usd"].values()) == {"unknown"}


def test_the_json_has_all_accepted_values_and_prices() -> None:
    document = json.loads(json.dumps(models_document(load_catalogue(), today=date(2026, 11, 24))))
    listed = {model["name"]: model for model in document["models"]}
    assert listed["gpt-image-1.5"]["input_fidelities"] == ["low", "high"]
    assert listed["gpt-image-1.5"]["output_tokens"]["by_size"]["1024x1536"]["high"] == 6240
    assert listed["dall-e-3"]["picture_prices"]["1792x1024"]["hd"] == "0.12"
    chats = {model["name"]: model for model in document["chat_models"]}
    assert chats["gpt-5.4-mini"]["prices"] == {"tokens_in": "0.75", "tokens_out": "4.5"}
    assert chats["gpt-6.1-terra"]["prices"] is None
    assert document["moderation_models"] == [{"name": "omni-moderation-latest", "usd_per_request": "0"}]


@pytest.mark.parametrize("width", [80, 100])
def test_the_tables_show_every_model_on_one_line_and_what_it_accepts(width: int) -> None:
    console = Console(width=width, record=True, file=StringIO())
    for table in model_tables(load_catalogue(), today=date(2026, 11, 24)):
        console.print(table)
    lines = console.export_text().splitlines()
    first_words = {words[0] for words in (line.split() for line in lines) if words}
    catalogue = load_catalogue()
    assert {*catalogue.specs, *catalogue.chats} <= first_words
    assert all(len(line) <= width for line in lines)
    text = " ".join(" ".join(lines).split())
    for part in (
        "input fidelity: low, high",
        "a picture: standard 0.04, hd 0.08",
        "none: the model cannot edit",
        "unknown",
    ):
        assert part in text
    assert "unknown" in text


def test_models_lists_current_and_retired_models() -> None:
    shown = run("models", "--json")
    catalogue = json.loads(shown.stdout)
    models = {model["name"]: model for model in catalogue["models"]}
    assert set(models) == set(load_catalogue().specs)
    assert (models["gpt-image-2"]["is_gone"], models["gpt-image-2"]["retires_on"]) == (False, None)
    assert (models["dall-e-3"]["is_gone"], models["dall-e-3"]["replaced_by"]) == (True, "gpt-image-2")
    assert run("models").exit_code == 0


@pytest.mark.parametrize(
    ("today", "titles"),
    [
        (date(2026, 5, 11), ["Models that will be retired"]),
        (date(2026, 11, 30), ["Retired models", "Models that will be retired"]),
        (date(2026, 12, 1), ["Retired models"]),
    ],
)
def test_a_model_is_called_retired_from_its_day_on(today: date, titles: list[str]) -> None:
    tables = retired_tables(load_catalogue(), today=today)
    assert [table.title for table in tables] == titles
    assert sum(table.row_count for table in tables) == len(set(load_catalogue().specs) - set(load_catalogue().names))
    tenses = {"Retired models": "Retired on", "Models that will be retired": "Retires on"}
    assert [table.columns[1].header for table in tables] == [tenses[title] for title in titles]
