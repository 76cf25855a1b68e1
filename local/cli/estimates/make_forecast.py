"""Estimates a story: as a first upload, or beside what a deployment has already drawn and written."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from local.cli.deployed_stack import DeployedStack
from local.cli.estimates.forecast import Forecast
from local.cli.models_in_use import models_in_use
from local.cli.stack_template import default_parameters
from local.cli.story_file import parse_story, read_bytes, read_story_file, refusals_of
from picturebook.adapters.s3_image_store import S3ImageStore
from picturebook.adapters.system_clock import SystemClock
from picturebook.use_cases.estimate_story import estimate_story


def first_forecast(path: Path) -> Forecast:
    """Estimate a story as a first upload, with the template's default models; raises BadInputError."""
    models = models_in_use(default_parameters())
    file = read_story_file(path, models=models)
    retiring = models.retiring(file.plan.story, today=datetime.now(UTC).date())
    return Forecast(file.estimate, tuple(retiring), is_first=True)


def deployed_forecast(stack: DeployedStack, path: Path) -> Forecast:
    """Estimate a story beside what the deployment has of it, with the deployment's models; raises BadInputError."""
    models, clock = models_in_use(stack.parameters), SystemClock()
    store = S3ImageStore(stack.client("s3"), stack.output("BucketName"), clock=clock)
    with refusals_of(path):
        story, today = parse_story(read_bytes(path)), clock.now().date()
        options, spec = models.options(story, today=today)
        estimate = asyncio.run(estimate_story(story, spec, options=options, chat=models.chat, store=store))
        return Forecast(estimate, tuple(models.retiring(story, today=today)), is_first=False)
