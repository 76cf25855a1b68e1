"""Lambda: draws one page per message of the page queue."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from picturebook.entrypoints.draw_function import open_draw_function
from picturebook.entrypoints.queue_function import QueueFunction
from picturebook.models.messages import DrawPageMessage

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: Mapping[str, Any], context: LambdaContext) -> Mapping[str, Any]:
    """Draw the page that each record requests."""
    return _function().handle(event, context)


@functools.cache
def _function() -> QueueFunction:
    return open_draw_function(DrawPageMessage, os.environ, logger)
