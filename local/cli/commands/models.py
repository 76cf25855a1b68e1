"""`picturebook models`: the model catalogue, as tables or as JSON."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from local.cli.catalogue_document import models_document
from local.cli.catalogue_tables import model_tables
from local.cli.error_exit import exit_on_error
from local.cli.json_lines import print_json_line
from picturebook.catalogue import load_catalogue


def models(as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False) -> None:
    """List the models with their prices and retirement dates."""
    with exit_on_error():
        catalogue, today = load_catalogue(), datetime.now(UTC).date()
        if as_json:
            print_json_line(sys.stdout, models_document(catalogue, today=today))
            return
        console = Console()
        for table in model_tables(catalogue, today=today):
            console.print(table)
