from __future__ import annotations

import json

import httpx2
import pytest

from picturebook.adapters.openai_moderator import MOST_BYTES, OpenAIModerator
from picturebook.errors import ImageProcessingError, OutcomeUnknownError, ProviderAccountError
from tests.image_generation.scripted_openai import Answer, ScriptedOpenAI, refusal


def result(*, flagged: object = False, **categories: object) -> dict[str, object]:
    named = {name.replace("__", "/"): hit for name, hit in categories.items()}
    return {"flagged": flagged, "categories": named, "category_scores": {}, "category_applied_input_types": {}}


def answer(*flags: object) -> httpx2.Response:
    return httpx2.Response(200, json={"id": "m", "model": "omni-moderation-latest", "results": list(flags)})


async def as_many_verdicts_as_texts(request: httpx2.Request) -> Answer:
    return answer(*(result() for _ in json.loads(request.content)["input"]))


async def test_texts_are_sent_in_batches_within_the_models_context() -> None:
    scripted = ScriptedOpenAI(by=as_many_verdicts_as_texts)
    texts = [f"page {number}" for number in range(33)] + ["\u00e9" * 4000] * 5

    flags = await OpenAIModerator(scripted.client).judge(texts, timeout_seconds=60)

    sent = [json.loads(request.content) for request in scripted.requests]
    assert len(flags) == 38
    assert [text for body in sent for text in body["input"]] == texts
    assert [len(body["input"]) for body in sent] == [32, 5, 1]
    assert all(sum(len(text.encode()) for text in body["input"]) <= MOST_BYTES for body in sent)
    assert {body["model"] for body in sent} == {"omni-moderation-latest"}


async def test_categories_have_the_apis_names() -> None:
    flagged = result(flagged=True, violence=True, violence__graphic=True, hate=False)

    flags = await OpenAIModerator(ScriptedOpenAI(answer(flagged)).client).judge(["x"], timeout_seconds=60)

    assert flags == (("violence", "violence/graphic"),)


@pytest.mark.parametrize("hidden", [result(flagged=True), result(flagged=True, **{"Say <b>this</b>": True})])
async def test_a_flag_without_a_valid_category_is_still_a_flag(hidden: dict[str, object]) -> None:
    flags = await OpenAIModerator(ScriptedOpenAI(answer(hidden)).client).judge(["x"], timeout_seconds=60)

    assert flags == (("unnamed",),)


@pytest.mark.parametrize(
    "bad",
    [
        answer(),
        answer(result(), result()),
        answer(result(flagged="no")),
        answer({}),
        httpx2.Response(200, html="<h1>hello</h1>"),
        httpx2.Response(200, json={"error": "x"}),
    ],
    ids=["no result", "one too many", "not a result", "empty", "HTML", "error in 200"],
)
async def test_an_answer_that_does_not_judge_every_text_judges_none(bad: httpx2.Response) -> None:
    with pytest.raises(ImageProcessingError):
        await OpenAIModerator(ScriptedOpenAI(bad).client).judge(["x"], timeout_seconds=60)


@pytest.mark.parametrize(
    ("failure", "expected"),
    [(refusal(401, "invalid_api_key"), ProviderAccountError), (httpx2.ReadTimeout("x"), OutcomeUnknownError)],
)
async def test_failures_are_classified_as_those_of_pictures(
    failure: httpx2.Response | Exception, expected: type[Exception]
) -> None:
    scripted = ScriptedOpenAI(failure)

    with pytest.raises(expected):
        await OpenAIModerator(scripted.client).judge(["x"], timeout_seconds=60)
    assert len(scripted.requests) == 1
