"""The functions of a deployment before the embedded image service, with somebody to ask for words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

from aws_lambda_powertools import Logger

from functions.plan_story.handler import make_function
from local.image_service.config import ServiceConfig
from local.image_service.server import ImageServer
from picturebook.bootstrap.accepting import open_planning_office
from picturebook.bootstrap.drawing import open_drawing_office
from picturebook.draw_function import make_draw_function
from picturebook.models.messages import DrawCharacterMessage, DrawPageMessage
from picturebook.queue_function import QueueFunction
from tests.functions.conftest import Deployment

_WORDS = {"PICTUREBOOK_CHAT_MODEL": "gpt-5.4-mini", "PICTUREBOOK_MODERATION": "mark"}


@contextmanager
def served_functions(deployment: Deployment) -> Iterator[tuple[dict[str, QueueFunction], ImageServer]]:
    """Yield the functions by their queue, and the service that they ask; both end with the block."""
    with ImageServer(ServiceConfig(api_key="sk-test-only", prerendered=True)) as images, ExitStack() as open_ones:
        environment = {**deployment.environment, "PICTUREBOOK_IMAGE_API_URL": images.base_url, **_WORDS}
        characters, pages = (open_drawing_office(environment, deployment.clients) for _ in range(2))
        functions = {
            "story": make_function(open_planning_office(environment, deployment.clients)),
            "character": make_draw_function(DrawCharacterMessage, characters, Logger()),
            "page": make_draw_function(DrawPageMessage, pages, Logger()),
        }
        for function in functions.values():
            open_ones.enter_context(closing(function))
        yield functions, images
