"""Lambda: pauses and resumes the image queues by the circuits, at every move of one and every minute."""

from __future__ import annotations

import asyncio
import functools
import os
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from picturebook.bootstrap.function_wiring import wire_function
from picturebook.settings import ReconcilingSettings
from picturebook.use_cases.reconcile_mappings import MappingReconciler, reconciler_of

logger = Logger()
metrics = Metrics(namespace="Picturebook", service="picturebook")


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(_event: Mapping[str, Any], _context: LambdaContext) -> None:
    """Look at the circuits and set the mappings; the event says only when."""
    asyncio.run(tend(_tender()))


async def tend(tender: MappingReconciler) -> None:
    """Tell the metrics what there is before anything is changed: a mapping that fails must not hide an open circuit."""
    outlook = await tender.look()
    metrics.add_metric(name="OpenCircuits", unit=MetricUnit.Count, value=outlook.open_circuits)
    metrics.add_metric(name="CircuitsHeldForAPerson", unit=MetricUnit.Count, value=outlook.held_for_a_person)
    await tender.reconcile(outlook.setting)


@functools.cache
def _tender() -> MappingReconciler:
    wired = wire_function(ReconcilingSettings, os.environ)
    return reconciler_of(wired.services, wired.settings)
