"""The HTTP application: which handler answers which path."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.image_service import admin_endpoints, images_endpoint, text_endpoints
from local.image_service.api_errors import ApiError
from local.image_service.config import ServiceConfig
from local.image_service.endpoint import provider_endpoint
from local.image_service.service import ImageService


def create_app(config: ServiceConfig, service: ImageService | None = None) -> Starlette:
    """Return the application; `app.state.service` is `service`, or a new `ImageService` when None is given."""
    app = Starlette(routes=_provider_routes() + _admin_routes(), lifespan=_lifespan)
    app.state.service = service or ImageService(config)
    return app


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    yield
    app.state.service.close()


def _provider_routes() -> list[Route]:
    posts = {
        "/v1/images/generations": images_endpoint.generate,
        "/v1/images/edits": images_endpoint.edit,
        "/v1/moderations": text_endpoints.moderate,
        "/v1/responses": text_endpoints.respond,
        "/v1/chat/completions": text_endpoints.complete_chat,
    }
    return [
        *(Route(path, provider_endpoint(handler), methods=["POST"]) for path, handler in posts.items()),
        Route("/v1/models", provider_endpoint(text_endpoints.list_models)),
        Route("/v1/models/{model}", provider_endpoint(text_endpoints.retrieve_model)),
        Route("/v1/{rest:path}", provider_endpoint(_not_found), methods=["GET", "POST", "DELETE", "PUT"]),
    ]


def _admin_routes() -> list[Route]:
    return [
        Route("/admin/billing", admin_endpoints.show_billing),
        Route("/admin/stats", admin_endpoints.show_stats),
        Route("/admin/faults", admin_endpoints.script_faults, methods=["GET", "POST", "DELETE"]),
        Route("/healthz", _healthy),
    ]


async def _healthy(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _not_found(request: Request) -> Response:
    message = f"Invalid URL ({request.method} {request.url.path})"
    raise ApiError(404, message, kind="invalid_request_error")
