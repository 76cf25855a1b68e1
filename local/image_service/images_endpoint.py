"""`POST /v1/images/generations` and `POST /v1/images/edits`."""

import asyncio
import base64
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.image_service.api_errors import moderation_blocked
from local.image_service.endpoint import read_json, service_of
from local.image_service.fault_actions import apply_fault, spoil
from local.image_service.fault_rules import FaultRule
from local.image_service.image_request import ImageRequest, validate_image_request
from local.image_service.reference_upload import Reference, read_edit_form
from local.image_service.token_usage import image_usage, image_usd
from sketch_artist import Encoding, SketchRequest


async def generate(request: Request) -> Response:
    """Answer pictures of a prompt."""
    return await _answer_images(request, await read_json(request), ())


async def edit(request: Request) -> Response:
    """Answer pictures of a prompt and 1 to 16 reference images."""
    fields, references = await read_edit_form(request)
    return await _answer_images(request, fields, references)


async def _answer_images(request: Request, fields: Mapping[str, Any], references: tuple[Reference, ...]) -> Response:
    """Apply faults, validate, moderate, limit, draw, bill, answer: in this order, so only drawn pictures are billed."""
    service = service_of(request)
    rule = service.faults.pick(request.url.path, str(fields.get("prompt", "")), str(fields.get("model", "")))
    if rule is not None and not rule.acts_after_billing:
        early = await apply_fault(rule, request)
        if early is not None:
            return early
    wanted = validate_image_request(fields, is_edit=request.url.path.endswith("/edits"), now=service.config.clock())
    if service.moderator.refuses(wanted.prompt):
        raise moderation_blocked()
    service.limiter.admit(wanted.n)
    answer = await _draw_and_bill(request, wanted, references)
    if rule is not None and rule.acts_after_billing:
        return await _apply_late_fault(rule, request, answer)
    return JSONResponse(answer, headers=service.limiter.headers())


async def _apply_late_fault(rule: FaultRule, request: Request, answer: dict[str, Any]) -> Response:
    late = await apply_fault(rule, request)
    return JSONResponse(spoil(rule, answer)) if late is None else late


async def _draw_and_bill(request: Request, wanted: ImageRequest, references: tuple[Reference, ...]) -> dict[str, Any]:
    service = service_of(request)
    await asyncio.sleep(service.config.delay_seconds)
    encoding = Encoding(wanted.output_format, wanted.compression, wanted.transparent)
    requests = [
        SketchRequest(
            prompt=wanted.prompt,
            width=wanted.width,
            height=wanted.height,
            encoding=encoding,
            references=tuple(reference.content for reference in references),
            variant=variant,
        )
        for variant in range(wanted.n)
    ]
    pictures = await asyncio.gather(*(service.drawing_pool.draw(request) for request in requests))
    usage = image_usage(wanted, [reference.size for reference in references])
    now = service.config.clock()
    service.ledger.bill(
        wanted,
        at=now,
        request_id=request.state.request_id,
        path=request.url.path,
        references=len(references),
        usage=usage,
        usd=image_usd(wanted, usage),
    )
    return _answer(wanted, pictures, usage, created=int(now))


def _answer(
    wanted: ImageRequest, pictures: list[bytes], usage: dict[str, Any] | None, *, created: int
) -> dict[str, Any]:
    data: list[dict[str, str]] = [{"b64_json": base64.b64encode(picture).decode()} for picture in pictures]
    if usage is None:
        # DALL-E answers no settings and no usage, but the prompt as it understood it.
        return {"created": created, "data": [{**picture, "revised_prompt": wanted.prompt} for picture in data]}
    return {
        "created": created,
        "background": wanted.background,
        "output_format": wanted.output_format,
        "quality": wanted.quality,
        "size": wanted.size,
        "data": data,
        "usage": usage,
    }
