"""The base class of all models."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class StrictModel(BaseModel):
    """Frozen, without type coercion or unknown fields: a misspelt field could cost money."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
