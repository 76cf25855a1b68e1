"""Amounts of money in the catalogue: decimal numbers as strings, so that no JSON parser rounds them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

Amount = Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+)?$")]
MILLION = Decimal(1_000_000)
