"""`picturebook estimate`: the pictures that a story would buy and the most they may cost."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.console import Console

from local.cli.deployed_stack import Local, deployed_stack
from local.cli.error_exit import exit_on_error
from local.cli.estimates.estimate_tables import estimate_document, print_estimate
from local.cli.estimates.make_forecast import deployed_forecast, first_forecast
from local.cli.exit_status import BadInputError
from local.cli.json_lines import print_json_line
from local.cli.story_file import story_path


def estimate(
    story: Annotated[str, typer.Argument(metavar="STORY.json", help="The file of the story.", show_default=False)],
    *,
    deployed: Annotated[
        bool,
        typer.Option("--deployed", help="Compare with the deployment in your AWS account, or at AWS_ENDPOINT_URL."),
    ] = False,
    endpoint_url: Annotated[
        str | None,
        typer.Option("--endpoint-url", help="Compare with the deployment at this address.", show_default=False),
    ] = None,
    local: Local = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, for scripts.")] = False,
) -> None:
    """Show what a story would buy and the most that it may cost.

    Nothing is bought. Without an option that names a deployment, all pictures count as new. With one, pictures that the
    deployment already has cost nothing.
    """
    json_to = sys.stdout if as_json else None
    with exit_on_error(json_to=json_to):
        if deployed and (local or endpoint_url is not None):
            raise BadInputError("--deployed cannot be combined with --local or --endpoint-url.", field="--deployed")
        path = story_path(story)
        if deployed or local or endpoint_url is not None:
            with deployed_stack(endpoint_url=endpoint_url, local=local) as stack:
                forecast = deployed_forecast(stack, path)
        else:
            forecast = first_forecast(path)
        if json_to is not None:
            print_json_line(json_to, estimate_document(forecast))
        else:
            print_estimate(forecast, Console())
