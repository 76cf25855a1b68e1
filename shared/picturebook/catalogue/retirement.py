"""A model that is gone, or soon will be, and what draws instead. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from picturebook.catalogue.model_spec import ModelSpec
from picturebook.models.retirement import Retirement

# How long before a model goes it is told: the least that the provider itself gives notice of an image model.
NOTICE = timedelta(days=90)
# How long before a model goes another one draws, unless the deployment says otherwise: a book begun today is redrawn
# for weeks, and its pages should go on looking alike.
REPLACE_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """What draws when `wished` was asked for. `retirement` is set where that one is gone, or goes within NOTICE."""

    spec: ModelSpec
    wished: str
    retirement: Retirement | None
