"""The functions of a deployment before the embedded image service, with a chat model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

from local.image_service.config import ServiceConfig
from local.image_service.server import ImageServer
from picturebook.entrypoints.queue_function import QueueFunction
from tests.functions.conftest import Deployment
from tests.functions.wired import queue_functions


@contextmanager
def served_functions(deployment: Deployment) -> Iterator[tuple[dict[str, QueueFunction], ImageServer]]:
    """Yield the functions by their queue, and the service that they ask; both end with the block."""
    environment = {"PICTUREBOOK_CHAT_MODEL": "gpt-5.4-mini", "PICTUREBOOK_MODERATION": "mark"}
    with ImageServer(ServiceConfig(api_key="sk-test-only", prerendered=True)) as images, ExitStack() as open_ones:
        functions = queue_functions(deployment, PICTUREBOOK_IMAGE_API_URL=images.base_url, **environment)
        for function in functions.values():
            open_ones.enter_context(closing(function))
        yield functions, images
