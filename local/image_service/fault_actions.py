"""Applies a scripted fault to one request."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

from local.image_service import api_errors, spoilt_pictures
from local.image_service.api_errors import ApiError
from local.image_service.fault_rules import FaultRule

GATEWAY_PAGE = "<html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>"


async def apply_fault(rule: FaultRule, request: Request) -> Response | None:
    """Apply the rule: return its response, raise its `ApiError`, or return None when the request continues."""
    if rule.action == "delay":
        await asyncio.sleep(rule.seconds or 0.0)
        return None
    if rule.action == "hang":
        await _hang(request, rule.seconds)
        return Response(status_code=504)
    if rule.action == "drop":
        await _drop_connection(request)
        return Response(status_code=504)
    error = _error_of(rule)
    if error is not None:
        raise error
    return _answer_in_place(rule, request)


def _answer_in_place(rule: FaultRule, request: Request) -> Response | None:
    """Return the response that replaces the picture, or None when the rule has none."""
    if rule.action == "html":
        return HTMLResponse(GATEWAY_PAGE, status_code=rule.status if rule.status != 500 else 502)
    if rule.action == "endless_answer":
        return StreamingResponse(_without_end(request), status_code=rule.status if rule.status != 500 else 200)
    if rule.action == "error_in_200":
        return _json(api_errors.server_error(200).body)
    return None


def spoil(rule: FaultRule, answer: dict[str, Any]) -> dict[str, Any]:
    """Return the image answer made unusable as the rule says; unchanged for any other rule."""
    if rule.action == "empty_data":
        return {**answer, "data": []}
    if rule.action == "rubbish_base64":
        return {**answer, "data": [{"b64_json": "this is !! not base64 ~~"} for _ in answer["data"]]}
    spoiler = _SPOILERS.get(rule.action)
    if spoiler is None:
        return answer
    return {**answer, "data": [{"b64_json": _spoilt(image["b64_json"], spoiler)} for image in answer["data"]]}


def spoil_chat(rule: FaultRule, answer: dict[str, Any]) -> dict[str, Any]:
    """Return the chat answer made unusable, in the way that is closest to the rule's fault of a picture."""
    if rule.action == "empty_data":
        return {**answer, "choices": []}
    choice = answer["choices"][0]
    text = choice["message"]["content"] or ""
    if rule.action == "rubbish_base64":
        return {**answer, "choices": [{**choice, "message": {**choice["message"], "content": "{this is not JSON ~~"}}]}
    if rule.action == "truncated_image":
        cut = {**choice["message"], "content": text[: len(text) // 3]}
        return {**answer, "choices": [{**choice, "message": cut, "finish_reason": "length"}]}
    return answer


def _error_of(rule: FaultRule) -> ApiError | None:
    if rule.action == "rate_limit":
        return api_errors.rate_limit_exceeded(5, 1.0 if rule.retry_after is None else rule.retry_after)
    if rule.action == "quota":
        return api_errors.out_of_money(rule.code)
    if rule.action == "refuse":
        return api_errors.moderation_blocked()
    if rule.action == "invalid_key":
        return api_errors.invalid_api_key()
    if rule.action == "status":
        error = api_errors.server_error(rule.status)
        error.headers = {} if rule.retry_after is None else {"retry-after": f"{rule.retry_after:g}"}
        return error
    return None


def _spoilt(encoded: str, spoiler: Callable[[bytes], bytes]) -> str:
    return base64.b64encode(spoiler(base64.b64decode(encoded))).decode()


def _first_third(picture: bytes) -> bytes:
    return picture[: len(picture) // 3]


_SPOILERS: Mapping[str, Callable[[bytes], bytes]] = {
    "truncated_image": _first_third,
    "polyglot_image": spoilt_pictures.polyglot,
    "swelling_image": spoilt_pictures.swelling,
    "huge_image": lambda _picture: spoilt_pictures.fifty_megapixels(),
    "gif_image": spoilt_pictures.gif,
}


async def _without_end(request: Request) -> AsyncIterator[bytes]:
    """Yield the beginning of an answer and then a mebibyte of letters at a time, until the client disconnects."""
    yield b'{"created": 1, "data": [{"b64_json": "'
    letters = b"A" * 1024 * 1024
    while not request.state.transport.is_closing():
        yield letters
        await asyncio.sleep(0)  # let the event loop notice that the client disconnected


def _json(body: dict[str, Any]) -> Response:
    return Response(json.dumps(body), media_type="application/json")


async def _until_disconnect(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _hang(request: Request, seconds: float | None) -> None:
    try:
        async with asyncio.timeout(seconds):
            await _until_disconnect(request)
    except TimeoutError:
        return  # the hang is over: the caller answers as a gateway would


async def _drop_connection(request: Request) -> None:
    """Close the connection without an answer; `server.DroppableProtocol` puts the transport into the state."""
    request.state.transport.abort()
    await _until_disconnect(request)
