"""A model that is gone, or soon will be, and what draws instead. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from picturebook.catalogue.model_spec import ModelSpec

# How long before a model goes it is told: the least that the provider itself gives notice of an image model.
NOTICE = timedelta(days=90)
# How long before a model goes another one draws, unless the deployment says otherwise: a book begun today is redrawn
# for weeks, and its pages should go on looking alike.
REPLACE_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Retirement:
    """A model that goes on a day (None: it went, and nobody said when), and whether another one draws already."""

    model: str
    retires_on: date | None
    replaced_by: str | None
    is_gone: bool
    is_replaced: bool


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """What draws when `wished` was asked for. `retirement` is set where that one is gone, or goes within NOTICE."""

    spec: ModelSpec
    wished: str
    retirement: Retirement | None
