"""`POST /v1/chat/completions`, `/v1/responses` and `/v1/moderations`, and the list of models."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.image_service.api_errors import ApiError, missing_parameter, model_not_found
from local.image_service.endpoint import act_on_faults, read_json, service_of
from local.image_service.prompt_enrichment import enrich, last_user_message
from local.image_service.provider_models import describe_models, provider_data, require_text_model
from local.image_service.token_usage import count_text_tokens


async def complete_chat(request: Request) -> Response:
    """Answer the last user message with an enriched visual description of it."""
    body = await read_json(request)
    text, failure = await _answer_text(request, body, "messages")
    if failure is not None:
        return failure
    prompt_tokens, completion_tokens = count_text_tokens(str(body["messages"])), count_text_tokens(text)
    message = {"role": "assistant", "content": text, "refusal": None}
    return JSONResponse(
        {
            "id": f"chatcmpl-{service_of(request).config.new_id()}",
            "object": "chat.completion",
            "created": int(service_of(request).config.clock()),
            "model": body["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
            "usage": {
                "prompt_tokens": prompt_tokens,
                "completion_tokens": completion_tokens,
                "total_tokens": prompt_tokens + completion_tokens,
            },
        }
    )


async def respond(request: Request) -> Response:
    """Answer a `responses` request the same way as a chat."""
    body = await read_json(request)
    text, failure = await _answer_text(request, body, "input")
    if failure is not None:
        return failure
    new_id = service_of(request).config.new_id
    part = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    message = {"id": f"msg_{new_id()}", "type": "message", "role": "assistant", "status": "completed"}
    return JSONResponse(
        {
            "id": f"resp_{new_id()}",
            "object": "response",
            "created_at": int(service_of(request).config.clock()),
            "status": "completed",
            "error": None,
            "incomplete_details": None,
            "instructions": body.get("instructions"),
            "metadata": body.get("metadata") or {},
            "model": body["model"],
            "output": [{**message, "content": [part]}],
            "parallel_tool_calls": True,
            "temperature": 1.0,
            "tool_choice": "auto",
            "tools": [],
            "top_p": 1.0,
            "usage": _response_usage(body, text),
        }
    )


def _response_usage(body: dict[str, Any], text: str) -> dict[str, Any]:
    tokens_in = count_text_tokens(f"{body.get('instructions') or ''}{body['input']}")
    tokens_out = count_text_tokens(text)
    return {
        "input_tokens": tokens_in,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": tokens_out,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": tokens_in + tokens_out,
    }


async def _answer_text(request: Request, body: dict[str, Any], source: str) -> tuple[str, Response | None]:
    """Return the enriched text, or the response of a fault; raises `ApiError` for a request it cannot answer."""
    message = last_user_message(body.get(source))
    failure = await act_on_faults(request, message, str(body.get("model", "")))
    if failure is not None:
        return "", failure
    for name in ("model", source):
        if body.get(name) is None:
            raise missing_parameter(name)
    require_text_model(str(body["model"]))
    if body.get("stream"):
        text = "This service does not stream: leave 'stream' out or set it to false."
        raise ApiError(400, text, kind="invalid_request_error", param="stream", code="unsupported_value")
    if not message.strip():
        text = f"'{source}' must hold a user message with text."
        raise ApiError(400, text, kind="invalid_request_error", param=source, code="invalid_value")
    await asyncio.sleep(service_of(request).config.delay_seconds)
    return enrich(message), None


async def moderate(request: Request) -> Response:
    """Judge texts by the service's list of refused words."""
    body = await read_json(request)
    failure = await act_on_faults(request, str(body.get("input", "")), str(body.get("model", "")))
    if failure is not None:
        return failure
    if not body.get("input"):
        raise missing_parameter("input")
    model = str(body.get("model") or "omni-moderation-latest")
    if model not in provider_data()["moderation_models"]:
        raise model_not_found(model)
    service = service_of(request)
    results = service.moderator.judge(body["input"])
    return JSONResponse({"id": f"modr-{service.config.new_id()}", "model": model, "results": results})


async def list_models(request: Request) -> Response:
    """List the models that are served today."""
    failure = await act_on_faults(request)
    if failure is not None:
        return failure
    models = describe_models(service_of(request).config.clock())
    return JSONResponse({"object": "list", "data": models})


async def retrieve_model(request: Request) -> Response:
    """Describe one model; a retired one is not found."""
    name = request.path_params["model"]
    failure = await act_on_faults(request, model=name)
    if failure is not None:
        return failure
    for model in describe_models(service_of(request).config.clock()):
        if model["id"] == name:
            return JSONResponse(model)
    raise model_not_found(name)
