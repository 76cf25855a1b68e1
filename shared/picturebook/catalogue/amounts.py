"""Amounts of money as the catalogue writes them: decimal numbers in text, which no JSON reader rounds."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

Amount = Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+)?$")]
MILLION = Decimal(1_000_000)
