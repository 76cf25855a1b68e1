"""Compares the catalogue with the image service's list of models, so that operators learn of a retirement in time.

A shutdown date that differs from the catalogue's is announced, and so is the retirement of the default model. The same
findings are announced every day, under the same event ids.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from picturebook.catalogue import Catalogue, ModelChoice, Retirement
from picturebook.errors import InputRefusedError
from picturebook.events import Event, model_retiring
from picturebook.services import Services
from picturebook.settings import PlanningSettings

_LIKE_AN_IMAGE_MODEL = re.compile(r"(^|[^a-z])(image|dall-e)")
_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Findings:
    """`at_risk`: models that an operator must look at. `unknown`: image models that the catalogue lacks.

    `missing` is the default model's name when the service does not offer it.
    """

    at_risk: frozenset[str]
    unknown: tuple[str, ...]
    missing: str | None


async def check_models(services: Services, settings: PlanningSettings) -> Findings:
    """Read the list of models, announce retirements, and return the findings.

    Raises StoreUnavailableError when the event bus is unavailable, and what ModelList raises. Reading the list is
    free, so transient failures are retried.
    """
    served = await services.retry_policy.run(
        services.model_list.served, clock=services.clock, random_source=services.random_source
    )
    today = services.clock.now().date()
    dated = _differing_dates(services, settings, served, today)
    chosen, missing = _default(services, settings, served, today)
    events = [model_retiring(retirement, at=services.clock.now(), source="provider") for retirement in dated]
    await services.event_publisher.publish([*events, *_default_model_events(services, chosen, missing, dated)])
    at_risk = frozenset({retirement.model for retirement in dated} | ({missing} if missing else set()))
    return Findings(at_risk, _unknown(services.catalogue, served), missing)


def _differing_dates(
    services: Services, settings: PlanningSettings, served: Mapping[str, date | None], today: date
) -> list[Retirement]:
    """Return the models whose shutdown date differs from the catalogue's."""
    known = {
        name: spec.retires_on
        for table in (services.catalogue.specs, services.catalogue.chats)
        for name, spec in table.items()
    }
    return [
        Retirement(
            model=name,
            retires_on=shutdown,
            replaced_by=services.catalogue.replacement(name),
            is_gone=shutdown <= today,
            is_replaced=_is_replaced(services, settings, name, today),
        )
        for name, shutdown in sorted(served.items())
        if shutdown is not None and name in known and known[name] != shutdown
    ]


def _is_replaced(services: Services, settings: PlanningSettings, model: str, today: date) -> bool:
    if model not in services.catalogue.specs:
        return False
    spec = services.catalogue.specs[model]
    return spec.replaced_by is not None and spec.is_gone(today + settings.replace_within)


def _default(
    services: Services, settings: PlanningSettings, served: Mapping[str, date | None], today: date
) -> tuple[ModelChoice | None, str | None]:
    """Return the default model (None when the catalogue refuses it), and its name if the service lacks it."""
    try:
        chosen = services.catalogue.choose(settings.default_model, today=today, replace_within=settings.replace_within)
    except InputRefusedError as error:
        error.log_to(_LOGGER)
        return None, settings.default_model
    name = chosen.spec.name
    shutdown = served.get(name)
    is_served = name in served and (shutdown is None or shutdown > today)
    return chosen, None if is_served else name


def _default_model_events(
    services: Services,
    chosen: ModelChoice | None,
    missing: str | None,
    dated: list[Retirement],
) -> list[Event]:
    """Return the events about the default model, except those already in `dated`."""
    at = services.clock.now()
    announced = {retirement.model for retirement in dated}
    events = []
    if chosen and chosen.retirement and chosen.requested not in announced:
        events.append(model_retiring(chosen.retirement, at=at))
    if missing and missing not in announced and (replacement := services.catalogue.replacement(missing)):
        gone = Retirement(missing, retires_on=None, replaced_by=replacement, is_gone=True, is_replaced=False)
        events.append(model_retiring(gone, at=at, source="provider"))
    return events


def _unknown(catalogue: Catalogue, served: Mapping[str, date | None]) -> tuple[str, ...]:
    return tuple(name for name in sorted(served) if name not in catalogue.specs and _LIKE_AN_IMAGE_MODEL.search(name))
