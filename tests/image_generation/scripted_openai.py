"""A real AsyncOpenAI client over a transport that answers from a script and records what it was sent."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

import httpx2
from openai import AsyncOpenAI
from PIL import Image

KEY = "sk-proj-NeverToBeSeen"
Answer = httpx2.Response | Exception
Script = Callable[[httpx2.Request], Awaitable[Answer]]


@cache
def png(width: int = 1024, height: int = 1024) -> bytes:
    """A small file that decodes to a picture with something on it."""
    picture = Image.new("RGB", (width, height), "white")
    picture.paste((200, 30, 60), (width // 4, height // 4, width // 2, height // 2))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def picture_answer(content: bytes | None = None, **headers: str) -> httpx2.Response:
    """Status 200 as GPT Image models answer it."""
    usage = {
        "input_tokens": 21,
        "input_tokens_details": {"text_tokens": 20, "image_tokens": 1},
        "output_tokens": 1056,
        "total_tokens": 1077,
    }
    encoded = base64.b64encode(png() if content is None else content).decode()
    body = {"created": 1, "data": [{"b64_json": encoded}], "usage": usage}
    return httpx2.Response(200, json=body, headers={"x-request-id": "req_42", **headers})


def url_answer(url: str = "https://pictures.example/1.png") -> httpx2.Response:
    """Status 200 as DALL-E style endpoints answer it."""
    return httpx2.Response(200, json={"created": 1, "data": [{"url": url, "revised_prompt": "x"}]})


def chat_answer(
    content: object, finish_reason: str = "stop", *, refusal: str | None = None, usage: object = None
) -> httpx2.Response:
    message = {"role": "assistant", "content": content, "refusal": refusal}
    choice = {"index": 0, "message": message, "finish_reason": finish_reason}
    body = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
    return httpx2.Response(200, json=body)


def refusal(
    status: int,
    code: str | None = None,
    kind: str | None = "invalid_request_error",
    message: str = "no",
    headers: dict[str, str] | None = None,
) -> httpx2.Response:
    """An error as OpenAI words it."""
    error = {"message": message, "type": kind, "code": code, "param": None}
    return httpx2.Response(status, json={"error": error}, headers=headers)


class ScriptedOpenAI:
    """Answers in turn (the last answer repeats), or by a function; `requests` are what arrived."""

    def __init__(self, *answers: Answer, by: Script | None = None, base_url: str | None = None) -> None:
        self._answers = list(answers)
        self._by = by
        self.requests: list[httpx2.Request] = []
        self.running = 0
        self.most_running = 0
        self.abandoned = 0
        transport = httpx2.MockTransport(self._handle)
        self.http = httpx2.AsyncClient(transport=transport)
        self.client = AsyncOpenAI(api_key=KEY, http_client=self.http, base_url=base_url)

    @property
    def drawn(self) -> list[httpx2.Request]:
        return [request for request in self.requests if "/images/" in request.url.path]

    def bodies(self) -> list[dict[str, Any]]:
        """The JSON bodies of the drawing requests, in order of submission."""
        return [json.loads(request.content) for request in self.drawn if request.url.path.endswith("generations")]

    async def _handle(self, request: httpx2.Request) -> httpx2.Response:
        await request.aread()
        self.requests.append(request)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            answer = await self._answer(request)
        except asyncio.CancelledError:
            self.abandoned += 1
            raise
        finally:
            self.running -= 1
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def _answer(self, request: httpx2.Request) -> Answer:
        if self._by is not None:
            return await self._by(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            return answer
        # A response is used up by reading it; the script may hand it out again.
        return httpx2.Response(answer.status_code, content=answer.content, headers=answer.headers)
