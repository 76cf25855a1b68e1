"""`picturebook estimate`: what a story would buy and what that may cost, beside what a deployment has already."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from local.cli.deployment import Local
from local.cli.ending import ending_well
from local.cli.exit_status import BadInputError

if TYPE_CHECKING:
    from pathlib import Path

    from local.cli.deployment import Deployment
    from local.cli.estimate_words import Forecast

Deployed = Annotated[
    bool, typer.Option("--deployed", help="Look at the deployment of your AWS account, or at AWS_ENDPOINT_URL.")
]


def estimate(
    story: Annotated[str, typer.Argument(metavar="STORY.json", help="The story.", show_default=False)],
    *,
    deployed: Deployed = False,
    endpoint_url: Annotated[
        str | None, typer.Option("--endpoint-url", help="Look at the one there.", show_default=False)
    ] = None,
    local: Local = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")] = False,
) -> None:
    """Say what a story would buy and what that costs at the most. Nothing is bought.

    Without a deployment to look at, it is what a first upload would cost.
    """
    json_to = sys.stdout if as_json else None
    with ending_well(json_to=json_to):
        if deployed and (local or endpoint_url is not None):
            raise BadInputError("--deployed cannot be combined with --local or --endpoint-url.", field="--deployed")
        from rich.console import Console  # noqa: PLC0415  --help needs none of it

        from local.cli.deployment import deployed as found  # noqa: PLC0415  as above
        from local.cli.displays import print_json_line  # noqa: PLC0415
        from local.cli.estimate_tables import estimate_document, print_estimate  # noqa: PLC0415
        from local.cli.story_file import story_path  # noqa: PLC0415

        path = story_path(story)
        if deployed or local or endpoint_url is not None:
            with found(endpoint_url=endpoint_url, local=local) as deployment:
                forecast = forecast_beside(deployment, path)
        else:
            forecast = first_forecast(path)
        if json_to is not None:
            print_json_line(json_to, estimate_document(forecast))
        else:
            print_estimate(forecast, Console())


def first_forecast(path: Path) -> Forecast:
    """Estimate a story of which nothing is drawn, with the template's default models."""
    from local.cli.composition import default_parameters  # noqa: PLC0415  --help needs none of it
    from local.cli.estimate_words import Forecast  # noqa: PLC0415  as above
    from local.cli.models_in_use import models_in_use  # noqa: PLC0415
    from local.cli.story_file import read_story_file  # noqa: PLC0415

    models = models_in_use(default_parameters())
    file = read_story_file(path, models=models)
    retiring = models.retiring(file.plan.story, today=datetime.now(UTC).date())
    return Forecast(file.estimate, tuple(retiring), is_first=True)


def forecast_beside(deployment: Deployment, path: Path) -> Forecast:
    """Estimate a story beside what the deployment has drawn and written of it, with the deployment's models."""
    import asyncio  # noqa: PLC0415  --help needs none of it

    from local.cli.estimate_words import Forecast  # noqa: PLC0415  as above
    from local.cli.models_in_use import models_in_use  # noqa: PLC0415
    from local.cli.story_file import parse_story, read_bytes, refusals_of  # noqa: PLC0415
    from picturebook.adapters.s3_image_store import S3ImageStore  # noqa: PLC0415
    from picturebook.adapters.system_clock import SystemClock  # noqa: PLC0415
    from picturebook.use_cases.estimate_story import estimate_story  # noqa: PLC0415

    models, clock = models_in_use(deployment.parameters), SystemClock()
    store = S3ImageStore(deployment.client("s3"), deployment.output("BucketName"), clock=clock)
    with refusals_of(path):
        story, today = parse_story(read_bytes(path)), clock.now().date()
        options, spec = models.options(story, today=today)
        estimate = asyncio.run(estimate_story(story, spec, options=options, chat=models.chat, store=store))
        return Forecast(estimate, tuple(models.retiring(story, today=today)), is_first=False)
