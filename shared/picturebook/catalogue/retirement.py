"""The model that draws for a requested one, which may be retired or retire soon. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from picturebook.catalogue.model_spec import ModelSpec
from picturebook.models.retirement import Retirement

# How long before its retirement a model is reported: the provider's shortest notice for an image model.
NOTICE = timedelta(days=90)
# How long before its retirement a model is replaced, unless the deployment sets another time: pages of a book started
# today may be redrawn for weeks, and should keep looking alike.
REPLACE_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """The model that draws for `requested`. `retirement` is set if `requested` is retired, or will be within NOTICE."""

    spec: ModelSpec
    requested: str
    retirement: Retirement | None
