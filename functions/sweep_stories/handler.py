"""Lambda: finds work that a crash left unfinished and resumes it, on a schedule."""

from __future__ import annotations

import asyncio
import functools
import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.typing import LambdaContext

from picturebook.bootstrap.function_wiring import wire_function
from picturebook.services import Services
from picturebook.settings import Settings, service_name
from picturebook.use_cases.sweep_stories import Swept, sweep_stories

NAMESPACE = "Picturebook"

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(_event: Mapping[str, Any], context: LambdaContext) -> None:
    """Sweep once; the schedule's event is not read."""
    sweep(_services(), context)


@functools.cache
def _services() -> Services:
    return wire_function(Settings, os.environ).services


def sweep(services: Services, context: LambdaContext) -> None:
    """Sweep once and report the repairs; raises ExceptionGroup, for Lambda's error metric, when an item failed."""
    deadline = services.clock.now() + timedelta(milliseconds=context.get_remaining_time_in_millis())
    swept = asyncio.run(sweep_stories(services, deadline=deadline))
    _report(swept)
    if swept.failures:
        raise ExceptionGroup("some unfinished work could not be swept", swept.failures)


def _report(swept: Swept) -> None:
    counts = {"repairs": swept.repairs, "failures": len(swept.failures), "left": swept.left}
    logger.info("swept the unfinished work", extra=counts)
    for repair, number in swept.repairs.items():
        with single_metric("StoriesSwept", MetricUnit.Count, number, namespace=NAMESPACE) as metric:
            metric.add_dimension("service", service_name(os.environ))
            metric.add_dimension("kind", repair.value)
