"""What every endpoint of the provider shares: count, authenticate, apply a fault, answer, translate errors."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.image_service.api_errors import ApiError, invalid_api_key, missing_api_key
from local.image_service.fault_actions import apply_fault
from local.image_service.service import ImageService

Handler = Callable[[Request], Awaitable[Response]]


def service_of(request: Request) -> ImageService:
    """Return the application's service."""
    service: ImageService = request.app.state.service
    return service


def provider_endpoint(handler: Handler) -> Handler:
    """Return the handler wrapped: requests are counted and authenticated, errors answered as the provider does."""

    async def serve(request: Request) -> Response:
        service = service_of(request)
        request.state.request_id = f"req_{service.config.new_id()}"
        started = service.config.clock()
        service.traffic.enter()
        try:
            response = await _answer(handler, request)
        finally:
            service.traffic.leave()
        response.headers["x-request-id"] = request.state.request_id
        response.headers["openai-processing-ms"] = str(round(1000 * (service.config.clock() - started)))
        return response

    return serve


async def _answer(handler: Handler, request: Request) -> Response:
    try:
        authenticate(request)
        return await handler(request)
    except HTTPException as error:  # Starlette could not read the form
        refused = ApiError(error.status_code, error.detail, kind="invalid_request_error")
        return JSONResponse(refused.body, status_code=refused.status)
    except ApiError as error:
        return JSONResponse(error.body, status_code=error.status, headers=error.headers)


def authenticate(request: Request) -> None:
    """Raise `ApiError` 401 unless the request carries the service's key."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        raise missing_api_key()
    if not hmac.compare_digest(key.encode(), service_of(request).config.api_key.encode()):
        raise invalid_api_key()


async def read_json(request: Request) -> dict[str, Any]:
    """Return the request's JSON object; raises `ApiError` 400 when it is none."""
    try:
        body = await request.json()
    except ValueError as error:
        message = "We could not parse the JSON body of your request."
        raise ApiError(400, message, kind="invalid_request_error") from error
    if not isinstance(body, dict):
        raise ApiError(400, "The JSON body must be an object.", kind="invalid_request_error")
    return body


async def apply_scripted_fault(request: Request, prompt: str = "", model: str = "") -> Response | None:
    """Apply the fault script to a request that is not billed per picture; None means that the request continues."""
    rule = service_of(request).faults.pick(request.url.path, prompt, model)
    return None if rule is None else await apply_fault(rule, request)
