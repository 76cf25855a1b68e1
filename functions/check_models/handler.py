"""Lambda: compares the catalogue with the image service's list of models, every day."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.typing import LambdaContext

from picturebook.bootstrap.function_wiring import WiredFunction, wire_function
from picturebook.bootstrap.openai_service import open_image_service
from picturebook.errors import ProviderAccountError
from picturebook.settings import Settings
from picturebook.use_cases.check_models import Findings, check_models

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(_event: Mapping[str, Any], _context: LambdaContext) -> None:
    """Check once; the schedule's event is not read."""
    check(wire_function(Settings, os.environ, image_service=open_image_service))


def check(wired: WiredFunction[Settings]) -> None:
    """Check once and report the findings; raises ProviderAccountError when the default model is not available."""
    findings = asyncio.run(_findings(wired))
    found = {"at_risk": sorted(findings.at_risk), "unknown_image_models": findings.unknown, "missing": findings.missing}
    logger.info("checked the models", extra=found)
    with single_metric("ModelsAtRisk", MetricUnit.Count, len(findings.at_risk), namespace="Picturebook") as metric:
        metric.add_dimension("service", wired.settings.service_name)
    if findings.missing:
        message = f"The image service does not serve {findings.missing}, which draws by default"
        raise ProviderAccountError(message, generation_step="model_list", details={"problem": "configuration"})


async def _findings(wired: WiredFunction[Settings]) -> Findings:
    try:
        return await check_models(wired.services, wired.settings.planning())
    finally:
        await wired.close()
