"""Lambda: pauses and resumes the image queues according to the circuits, at every circuit event and every minute."""

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
from picturebook.settings import ReconcilingSettings, service_name
from picturebook.use_cases.reconcile_mappings import CircuitReport, MappingReconciler, reconciler_of

NAMESPACE = "Picturebook"

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(_event: Mapping[str, Any], _context: LambdaContext) -> None:
    """Read the circuits and set the mappings; the event's content is not read."""
    asyncio.run(reconcile(_reconciler()))


async def reconcile(reconciler: MappingReconciler) -> None:
    """Write the metrics before any mapping is changed: a mapping that cannot be set must not hide an open circuit."""
    report = await reconciler.read_circuits()
    _write_metrics(report)
    await reconciler.reconcile(report.setting)


def _write_metrics(report: CircuitReport) -> None:
    metrics = Metrics(namespace=NAMESPACE, service=service_name(os.environ))
    metrics.add_metric(name="OpenCircuits", unit=MetricUnit.Count, value=report.open_circuits)
    metrics.add_metric(name="CircuitsHeldForAPerson", unit=MetricUnit.Count, value=report.held_for_a_person)
    metrics.flush_metrics()


@functools.cache
def _reconciler() -> MappingReconciler:
    wired = wire_function(ReconcilingSettings, os.environ)
    return reconciler_of(wired.services, wired.settings)
