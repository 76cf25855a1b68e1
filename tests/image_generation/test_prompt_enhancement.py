from __future__ import annotations

import json
import logging
from typing import Any

import httpx2
import pytest

from picturebook.errors import ImageValidationError
from picturebook.image_generation import PromptNotEnhancedWarning, enhance_image_prompt
from tests.image_generation.scripted_openai import ScriptedOpenAI, chat_answer, refusal

TRAITS = ["small girl", "red coat"]
BASE = "Mira stands in the forest"


async def test_the_chat_models_answer_is_the_prompt() -> None:
    answer = "Mira: small girl, red coat, in a glade at dawn."

    assert await enhance_image_prompt(ScriptedOpenAI(chat_answer(answer)).client, "Mira", TRAITS, BASE) == answer


async def test_the_characters_line_survives_a_forgetful_model() -> None:
    prompt = await enhance_image_prompt(ScriptedOpenAI(chat_answer("A glade.")).client, "Mira", TRAITS, BASE)

    assert prompt == "A glade.\nCharacter: Mira: small girl, red coat"


async def test_the_model_is_given_the_prompt_as_material() -> None:
    scripted = ScriptedOpenAI(chat_answer("x"))

    await enhance_image_prompt(scripted.client, "Mira", TRAITS, BASE, model="gpt-6-luna")

    body = json.loads(scripted.requests[0].content)
    assert body["model"] == "gpt-6-luna"
    assert body["messages"][1] == {
        "role": "user",
        "content": "Character: Mira: small girl, red coat\nPrompt: Mira stands in the forest",
    }


@pytest.mark.parametrize(
    ("answer", "level"),
    [
        (httpx2.ConnectError("x"), logging.WARNING),
        (httpx2.ReadTimeout("x"), logging.ERROR),
        (refusal(401, "invalid_api_key"), logging.CRITICAL),
        (refusal(429), logging.WARNING),
        (refusal(500), logging.WARNING),
        (chat_answer(None), logging.ERROR),
        (chat_answer("x" * 32_001), logging.ERROR),
        (chat_answer("a\u202efox"), logging.ERROR),
    ],
    ids=["connect", "timeout", "key", "throttled", "failing", "silent", "endless", "hidden characters"],
)
async def test_the_base_prompt_is_used_visibly_when_it_cannot_be_enhanced(
    answer: httpx2.Response | Exception, level: int, caplog: pytest.LogCaptureFixture
) -> None:
    scripted = ScriptedOpenAI(answer)

    with pytest.warns(PromptNotEnhancedWarning, match="gpt-5.4-mini could not enhance it"):
        prompt = await enhance_image_prompt(scripted.client, "Mira", TRAITS, BASE)

    assert prompt == BASE
    assert [record.levelno for record in caplog.records if record.name.startswith("picturebook")] == [level]
    assert len(scripted.requests) == 1


@pytest.mark.parametrize(
    ("arguments", "issue"),
    [
        ({"name": ""}, "character_name"),
        ({"traits": []}, "character_traits"),
        ({"traits": "brave"}, "character_traits"),
        ({"base_prompt": " "}, "base_prompt"),
        ({"base_prompt": None}, "base_prompt"),
        ({"model": ""}, "model"),
    ],
    ids=str,
)
async def test_every_wrong_argument_is_named_before_the_call(arguments: dict[str, Any], issue: str) -> None:
    scripted = ScriptedOpenAI(chat_answer("x"))
    valid = {"client": scripted.client, "name": "Mira", "traits": TRAITS, "base_prompt": BASE}

    with pytest.raises(ImageValidationError) as caught:
        await enhance_image_prompt(**{**valid, **arguments})

    assert caught.value.issue == issue
    assert scripted.requests == []
