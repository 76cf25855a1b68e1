"""The one way in which our models are strict."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class StrictModel(BaseModel):
    """Frozen, no type coercion, no unknown fields: a typo in a field's name could be money."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
