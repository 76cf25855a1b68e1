"""`POST /v1/chat/completions`, `/v1/responses` and `/v1/moderations`, and the list of models."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.image_service.api_errors import ApiError, missing_parameter, model_not_found, unknown_parameter
from local.image_service.chat_request import ChatRequest, no_user_message, validate_chat_request
from local.image_service.endpoint import apply_scripted_fault, read_json, service_of
from local.image_service.fault_actions import apply_fault, spoil_chat
from local.image_service.moderation import checked_input
from local.image_service.prompt_enrichment import enrich, last_user_message
from local.image_service.provider_models import describe_models, provider_data, require_text_model
from local.image_service.structured_answers import answer_by_schema
from local.image_service.token_usage import count_text_tokens, cut_text

DECLINED = "I'm sorry, but I can't help with that."


async def complete_chat(request: Request) -> Response:
    """Answer the last user message: as enriched plain text, or as JSON of the requested schema.

    Apply faults, validate, answer or decline, bill: in this order, as for pictures.
    """
    body = await read_json(request)
    service = service_of(request)
    message, model = last_user_message(body.get("messages")), str(body.get("model", ""))
    rule = service.faults.pick(request.url.path, message, model)
    if rule is not None and not rule.acts_after_billing:
        early = await apply_fault(rule, request)
        if early is not None:
            return early
    chat_request = validate_chat_request(body)
    await asyncio.sleep(service.config.delay_seconds)
    answer = _chat_answer(request, chat_request)
    if rule is not None and rule.acts_after_billing:
        late = await apply_fault(rule, request)
        return JSONResponse(spoil_chat(rule, answer)) if late is None else late
    return JSONResponse(answer)


def _chat_answer(request: Request, chat_request: ChatRequest) -> dict[str, Any]:
    """Return the answer and bill it. A refused message gets a refusal, which is billed as any other text."""
    service = service_of(request)
    message: dict[str, Any] = {"role": "assistant", "content": None, "refusal": None}
    finish_reason = "stop"
    if service.moderator.refuses(chat_request.message):
        text = message["refusal"] = DECLINED
    else:
        whole = (
            enrich(chat_request.message)
            if chat_request.schema is None
            else answer_by_schema(chat_request.schema, chat_request.message)
        )
        text, is_cut = cut_text(whole, chat_request.most_tokens_out)
        message["content"] = text
        finish_reason = "length" if is_cut else "stop"
    tokens_in, tokens_out = count_text_tokens(chat_request.sent), count_text_tokens(text)
    service.text_bill.bill(path=request.url.path, model=chat_request.model, tokens_in=tokens_in, tokens_out=tokens_out)
    return {
        "id": f"chatcmpl-{service.config.new_id()}",
        "object": "chat.completion",
        "created": int(service.config.clock()),
        "model": chat_request.model,
        "choices": [{"index": 0, "message": message, "finish_reason": finish_reason, "logprobs": None}],
        "usage": {
            "prompt_tokens": tokens_in,
            "completion_tokens": tokens_out,
            "total_tokens": tokens_in + tokens_out,
        },
    }


async def respond(request: Request) -> Response:
    """Answer a `responses` request the same way as a chat."""
    body = await read_json(request)
    text, failure = await _response_text(request, body)
    if failure is not None:
        return failure
    usage = _response_usage(body, text)
    service_of(request).text_bill.bill(
        path=request.url.path,
        model=body["model"],
        tokens_in=usage["input_tokens"],
        tokens_out=usage["output_tokens"],
    )
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
            "usage": usage,
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


async def _response_text(request: Request, body: dict[str, Any]) -> tuple[str, Response | None]:
    """Return the enriched text, or the response of a fault; raises `ApiError` for a request that is not valid."""
    message = last_user_message(body.get("input"))
    failure = await apply_scripted_fault(request, message, str(body.get("model", "")))
    if failure is not None:
        return "", failure
    for name in ("model", "input"):
        if body.get(name) is None:
            raise missing_parameter(name)
    require_text_model(str(body["model"]))
    if body.get("stream"):
        text = "This service does not stream: leave 'stream' out or set it to false."
        raise ApiError(400, text, kind="invalid_request_error", param="stream", code="unsupported_value")
    if not message.strip():
        raise no_user_message("input")
    await asyncio.sleep(service_of(request).config.delay_seconds)
    return enrich(message), None


async def moderate(request: Request) -> Response:
    """Moderate texts by the service's list of refused words."""
    body = await read_json(request)
    failure = await apply_scripted_fault(request, str(body.get("input", "")), str(body.get("model", "")))
    if failure is not None:
        return failure
    for name in body:
        if name not in ("input", "model"):
            raise unknown_parameter(name)
    model = str(body.get("model") or "omni-moderation-latest")
    if model not in provider_data()["moderation_models"]:
        raise model_not_found(model)
    service = service_of(request)
    results = service.moderator.judge(checked_input(body.get("input")))
    service.text_bill.moderated += len(results)
    return JSONResponse({"id": f"modr-{service.config.new_id()}", "model": model, "results": results})


async def list_models(request: Request) -> Response:
    """List the models that are served today."""
    failure = await apply_scripted_fault(request)
    if failure is not None:
        return failure
    models = describe_models(service_of(request).config.clock())
    return JSONResponse({"object": "list", "data": models})


async def retrieve_model(request: Request) -> Response:
    """Describe one model; a retired one is not found."""
    name = request.path_params["model"]
    failure = await apply_scripted_fault(request, model=name)
    if failure is not None:
        return failure
    for model in describe_models(service_of(request).config.clock()):
        if model["id"] == name:
            return JSONResponse(model)
    raise model_not_found(name)
