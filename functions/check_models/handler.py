"""Lambda: every day, compares the catalogue of models with what the image service says of its own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.typing import LambdaContext

from picturebook.bootstrap.checking import CheckingOffice, open_checking_office
from picturebook.errors import ProviderAccountError
from picturebook.settings import service_name
from picturebook.use_cases.check_models import Findings, check_models

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(_event: Mapping[str, Any], _context: LambdaContext) -> None:
    """Check once; what the schedule's event says does not matter."""
    check(open_checking_office(os.environ))


def check(office: CheckingOffice) -> None:
    """Check once and tell what was found; raises ProviderAccountError when the default cannot be drawn with."""
    findings = asyncio.run(_findings(office))
    told = {"at_risk": sorted(findings.at_risk), "unknown_image_models": findings.unknown, "missing": findings.missing}
    logger.info("checked the models", extra=told)
    with single_metric("ModelsAtRisk", MetricUnit.Count, len(findings.at_risk), namespace="Picturebook") as metric:
        metric.add_dimension("service", service_name(os.environ))
    if findings.missing:
        message = f"The image service does not serve {findings.missing}, which draws by default"
        raise ProviderAccountError(message, "model_list", details={"problem": "configuration"})


async def _findings(office: CheckingOffice) -> Findings:
    try:
        return await check_models(office.desk)
    finally:
        await office.close()
