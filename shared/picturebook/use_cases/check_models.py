"""Compares the catalogue with what the image service says of its models, so that nobody learns it from a story.

A day that the service names and the catalogue does not is told; so is a default that goes. What is said is told again
every day, as the same facts.
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
    """What was found. `at_risk` are the models that need a person; `missing` is what the default needs and lacks."""

    at_risk: frozenset[str]
    unknown: tuple[str, ...]
    missing: str | None


async def check_models(services: Services, settings: PlanningSettings) -> Findings:
    """Ask for the list, tell what retires, and return what was found.

    Raises StoreUnavailableError when the bus does not take it, and what ModelList raises: asking is free, so it is
    tried again where that may help.
    """
    served = await services.retry_policy.run(
        services.model_list.served, clock=services.clock, random_source=services.random_source
    )
    today = services.clock.now().date()
    dated = _dated_otherwise(services, settings, served, today)
    chosen, missing = _default(services, settings, served, today)
    told = [model_retiring(retirement, at=services.clock.now(), source="provider") for retirement in dated]
    await services.event_publisher.publish([*told, *_of_the_default(services, chosen, missing, dated)])
    at_risk = frozenset({retirement.model for retirement in dated} | ({missing} if missing else set()))
    return Findings(at_risk, _unknown(services.catalogue, served), missing)


def _dated_otherwise(
    services: Services, settings: PlanningSettings, served: Mapping[str, date | None], today: date
) -> list[Retirement]:
    """Return the models of which the service names a day that the catalogue does not have."""
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
    """Return what draws by default, and its name where the service does not serve it."""
    try:
        chosen = services.catalogue.choose(settings.default_model, today=today, replace_within=settings.replace_within)
    except InputRefusedError as error:
        error.log_to(_LOGGER)
        return None, settings.default_model
    name = chosen.spec.name
    shutdown = served.get(name)
    is_served = name in served and (shutdown is None or shutdown > today)
    return chosen, None if is_served else name


def _of_the_default(
    services: Services,
    chosen: ModelChoice | None,
    missing: str | None,
    dated: list[Retirement],
) -> list[Event]:
    """Return what is to be told of the default model beside what the service says of its day."""
    at = services.clock.now()
    told = {retirement.model for retirement in dated}
    events = []
    if chosen and chosen.retirement and chosen.requested not in told:
        events.append(model_retiring(chosen.retirement, at=at))
    if missing and missing not in told and (replacement := services.catalogue.replacement(missing)):
        gone = Retirement(missing, retires_on=None, replaced_by=replacement, is_gone=True, is_replaced=False)
        events.append(model_retiring(gone, at=at, source="provider"))
    return events


def _unknown(catalogue: Catalogue, served: Mapping[str, date | None]) -> tuple[str, ...]:
    return tuple(name for name in sorted(served) if name not in catalogue.specs and _LIKE_AN_IMAGE_MODEL.search(name))
