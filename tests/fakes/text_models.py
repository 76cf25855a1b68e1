"""A chat model, a moderator and prices that follow a script, and services with them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar

from picturebook.errors import ImageProcessingError, PromptRefusedError
from picturebook.models.pictures import ChatUsage
from picturebook.ports.chat_model import ChatAnswer, ChatModel, ChatPrices, ChatRequest
from picturebook.ports.moderator import Moderator
from picturebook.services import Services
from tests.fakes.clock import START
from tests.fakes.guard import FakeGuard
from tests.fakes.services import in_memory_services

Answer = TypeVar("Answer")
CHAT_USAGE = ChatUsage(tokens_in=1000, tokens_out=100)
# 1,000 tokens at US$1 and 100 at US$10 per million.
CHAT_COST = Decimal("0.002")
DEADLINE = START + timedelta(seconds=300)
REFUSED_WORD = "forbidden-by-policy"


class FakeChatModel:
    """Answers each call with the next of `script`: an error to raise, a text, or None for a good answer."""

    def __init__(self, *script: Exception | str | None, usage: ChatUsage | None = CHAT_USAGE) -> None:
        self._script = list(script)
        self._usage = usage
        self.requests: list[ChatRequest] = []

    @property
    def data(self) -> list[dict[str, Any]]:
        """What was told of the story in each call."""
        return [json.loads(request.text) for request in self.requests]

    async def complete(self, request: ChatRequest, *, timeout_seconds: float) -> ChatAnswer:
        assert timeout_seconds > 0
        self.requests.append(request)
        step = self._script.pop(0) if self._script else None
        if isinstance(step, Exception):
            raise step
        if REFUSED_WORD in request.text:
            raise PromptRefusedError("The chat model declines to answer", details={"billed": True, **_counts()})
        text = good_answer(request) if step is None else step
        if request.most_tokens_out is not None and len(text) > 4 * request.most_tokens_out:
            raise ImageProcessingError("its text was cut off", details={"billed": True, **_counts()})
        return ChatAnswer(text, self._usage)


def good_answer(request: ChatRequest) -> str:
    """Return what is asked for, or two words where no form is."""
    if request.schema is None:
        return "Good words."
    if request.schema_name == "alt_text":
        return json.dumps({"alt_text": "Mira walks through the forest."})
    data = json.loads(request.text)
    characters = [details(one["number"], f"a round chin, number {one['number']}") for one in data["characters"]]
    return bible_answer(*characters, asks_style="style_details" in str(request.schema))


def details(number: object, words: object) -> dict[str, object]:
    """One character's entry of an answer."""
    return {"number": number, "details": words}


def bible_answer(*characters: object, asks_style: bool = True, **parts: object) -> str:
    """Return an answer about appearances, each part replaced by keyword."""
    style: dict[str, object] = {"style_details": "thin layers", "palette": ["red", "soft grey", "cream"]}
    return json.dumps({"characters": list(characters), **(style if asks_style else {}), **parts})


def _counts() -> dict[str, object]:
    return dict(CHAT_USAGE.model_dump())


class FakeModerator:
    """Flags every text with a refused word, or raises the next of `script`."""

    def __init__(self, *script: Exception) -> None:
        self._script = list(script)
        self.checked: list[str] = []

    async def judge(self, texts: Sequence[str], *, timeout_seconds: float) -> tuple[tuple[str, ...], ...]:
        assert timeout_seconds > 0
        if self._script:
            raise self._script.pop(0)
        self.checked += texts
        return tuple(("violence",) if REFUSED_WORD in text.casefold() else () for text in texts)


class FakePrices:
    """US$1 per million tokens in, US$10 out; a worst case that is given, or nothing known at all."""

    def __init__(self, *, worst: Decimal | None = Decimal("0.05"), is_known: bool = True) -> None:
        self._worst = worst
        self._is_known = is_known
        self.asked: list[tuple[int, int]] = []

    def cost(self, usage: ChatUsage) -> Decimal | None:
        millionths = usage.tokens_in + 10 * usage.tokens_out
        return Decimal(millionths) / 1_000_000 if self._is_known else None

    def max_cost(self, *, prompt_bytes: int, most_tokens_out: int) -> Decimal | None:
        self.asked.append((prompt_bytes, most_tokens_out))
        return self._worst if self._is_known else None


def text_parts(
    *,
    chat: ChatModel | None = None,
    moderator: Moderator | None = None,
    prices: ChatPrices | None = None,
    chat_model: str = "gpt-5.4-mini",
) -> dict[str, Any]:
    """Return the parts of `Services` that concern text models; without `chat` no chat model is asked."""
    return {
        "chat_model": chat,
        "chat_model_name": chat_model if chat else None,
        "chat_prices": prices or FakePrices(),
        "moderator": moderator,
    }


def text_services(**parts: Any) -> Services:
    """Return services in memory with fake text models, a guard that notes routes, and parts replaced by keyword."""
    texts = {name: parts.pop(name) for name in ("chat", "moderator", "prices", "chat_model") if name in parts}
    named = text_parts(**{"chat": FakeChatModel(), "moderator": FakeModerator(), **texts})
    return in_memory_services(**{"circuit_guard": FakeGuard(), "provider": "openai", **named, **parts})
