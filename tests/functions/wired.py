"""Functions over their real adapters, as `infra/` wires them, in a deployment that moto plays."""

from __future__ import annotations

from aws_lambda_powertools import Logger

from functions.control_story.handler import make_function as make_control_function
from functions.plan_story.handler import make_function as make_plan_function
from picturebook.bootstrap.function_wiring import WiredFunction, wire_function
from picturebook.bootstrap.openai_service import open_image_service
from picturebook.entrypoints.draw_function import make_draw_function
from picturebook.entrypoints.queue_function import QueueFunction
from picturebook.models.messages import AnyDrawMessage, DrawCharacterMessage, DrawPageMessage
from picturebook.settings import Settings
from tests.functions.conftest import Deployment


def wired(deployment: Deployment, **environment: str) -> WiredFunction[Settings]:
    """Wire a function that calls the image service; `environment` has variables beside the deployment's own."""
    full = {**deployment.environment, **environment}
    return wire_function(Settings, full, deployment.clients, image_service=open_image_service)


def plan_function(deployment: Deployment, **environment: str) -> QueueFunction:
    function = wired(deployment, **environment)
    settings = function.settings
    return make_plan_function(function.services, settings.planning(), bucket=settings.bucket, close=function.close)


def control_function(deployment: Deployment, **environment: str) -> QueueFunction:
    return make_control_function(wired(deployment, **environment).services)


def draw_function(deployment: Deployment, message_type: type[AnyDrawMessage], **environment: str) -> QueueFunction:
    function = wired(deployment, **environment)
    settings = function.settings.drawing()
    return make_draw_function(message_type, function.services, settings, logger=Logger(), close=function.close)


def queue_functions(deployment: Deployment, **environment: str) -> dict[str, QueueFunction]:
    """Return the function of each queue, wired apart, as each is a process of its own in the cloud."""
    return {
        "story": plan_function(deployment, **environment),
        "character": draw_function(deployment, DrawCharacterMessage, **environment),
        "page": draw_function(deployment, DrawPageMessage, **environment),
        "control": control_function(deployment, **environment),
    }
