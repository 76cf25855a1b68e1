"""The daily comparison of the catalogue with what the image service says of its models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from picturebook.catalogue import Catalogue, load_catalogue
from picturebook.errors import ProviderAccountError, ProviderUnavailableError
from picturebook.settings import PlanningSettings
from picturebook.use_cases.check_models import Findings, check_models
from tests.fakes.clock import FakeClock
from tests.fakes.fake_model_list import FakeModelList
from tests.fakes.recording_event_publisher import RecordingEventPublisher
from tests.fakes.services import in_memory_services

NOVEMBER = datetime(2026, 11, 25, 6, tzinfo=UTC)
MONTH = timedelta(days=30)
# As the provider lists them on that day: what is gone is not there, and days are those of the catalogue.
SERVED: dict[str, date | None] = {
    name: known.retires_on
    for table in (load_catalogue().specs, load_catalogue().chats)
    for name, known in table.items()
    if known.retires_on is None or known.retires_on > NOVEMBER.date()
}


class Checked:
    """One check: what it published, and what it found."""

    def __init__(
        self,
        served: Mapping[str, date | None],
        *,
        default_model: str = "gpt-image-2",
        replace_within: timedelta = MONTH,
        catalogue: Catalogue | None = None,
    ) -> None:
        self.publisher = RecordingEventPublisher()
        self.services = in_memory_services(
            model_list=FakeModelList(served),
            catalogue=catalogue,
            event_publisher=self.publisher,
            clock=FakeClock(NOVEMBER),
        )
        self.settings = PlanningSettings(default_model, replace_within)

    async def findings(self) -> Findings:
        return await check_models(self.services, self.settings)

    @property
    def published(self) -> list[Mapping[str, object]]:
        return [event.data for event in self.publisher.of_type("ModelRetiring")]


async def test_a_service_that_agrees_with_the_catalogue_leaves_nothing_to_announce() -> None:
    checked = Checked(SERVED)
    assert await checked.findings() == Findings(frozenset(), (), None)
    assert checked.published == []


@pytest.mark.parametrize("name", ["gpt-image-2.5-flare", "gpt-5.4-mini"])
async def test_a_day_that_the_catalogue_does_not_know_is_told_and_puts_the_model_at_risk(name: str) -> None:
    checked = Checked({**SERVED, name: date(2027, 3, 1)})
    findings = await checked.findings()
    assert findings == Findings(frozenset({name}), (), None)
    assert checked.published == [
        {
            "model": name,
            "retires_on": "2027-03-01",
            "replaced_by": None,
            "is_gone": False,
            "is_replaced": False,
            "source": "provider",
        }
    ]


async def test_a_day_that_differs_is_told_with_what_draws_instead() -> None:
    checked = Checked({**SERVED, "gpt-image-1.5": date(2026, 11, 28)})
    assert (await checked.findings()).at_risk == {"gpt-image-1.5"}
    (published,) = checked.published
    assert (published["retires_on"], published["replaced_by"], published["is_replaced"]) == (
        "2026-11-28",
        "gpt-image-2",
        True,
    )


async def test_a_server_that_names_no_days_contradicts_nothing() -> None:
    assert (await Checked(dict.fromkeys(SERVED)).findings()).at_risk == frozenset()


async def test_a_default_that_goes_soon_is_told_while_its_replacement_draws() -> None:
    checked = Checked(SERVED, default_model="gpt-image-1.5")
    assert await checked.findings() == Findings(frozenset(), (), None)
    assert [(published["model"], published["source"], published["is_replaced"]) for published in checked.published] == [
        ("gpt-image-1.5", "catalogue", True)
    ]


async def test_a_default_that_is_not_replaced_yet_is_told_too() -> None:
    checked = Checked(SERVED, default_model="gpt-image-1.5", replace_within=timedelta(0))
    assert (await checked.findings()).missing is None
    assert [published["is_replaced"] for published in checked.published] == [False]


@pytest.mark.parametrize("default", ["gpt-image-2", "dall-e-3"])
async def test_a_default_that_cannot_be_drawn_with_is_missing_and_at_risk(default: str) -> None:
    served = {name: day for name, day in SERVED.items() if name != "gpt-image-2"}
    findings = await Checked(served, default_model=default).findings()
    assert findings == Findings(frozenset({"gpt-image-2"}), (), "gpt-image-2")


async def test_a_default_whose_day_has_come_at_the_service_is_missing() -> None:
    checked = Checked({**SERVED, "gpt-image-2": NOVEMBER.date()})
    findings = await checked.findings()
    assert findings == Findings(frozenset({"gpt-image-2"}), (), "gpt-image-2")
    assert [published["is_gone"] for published in checked.published] == [True]


async def test_a_default_that_went_before_its_day_is_told_with_its_replacement() -> None:
    served = {name: day for name, day in SERVED.items() if name != "gpt-image-1.5"}
    checked = Checked(served, default_model="gpt-image-1.5", replace_within=timedelta(0))
    findings = await checked.findings()
    assert findings.missing == "gpt-image-1.5"
    gone = checked.published[-1]
    assert (gone["retires_on"], gone["replaced_by"], gone["is_gone"]) == (None, "gpt-image-2", True)


async def test_a_default_that_nothing_replaces_and_that_is_gone_is_missing() -> None:
    gone = load_catalogue().specs["dall-e-3"].model_copy(update={"replaced_by": None})
    checked = Checked({}, default_model="dall-e-3", catalogue=Catalogue({"dall-e-3": gone}))
    assert await checked.findings() == Findings(frozenset({"dall-e-3"}), (), "dall-e-3")


async def test_image_models_that_the_catalogue_does_not_have_are_found_by_their_names() -> None:
    new = dict.fromkeys(["gpt-image-3", "dall-e-4", "chatgpt-image-next", "gpt-7", "imagery-9", "whisper-2"])
    assert (await Checked({**SERVED, **new}).findings()).unknown == (
        "chatgpt-image-next",
        "dall-e-4",
        "gpt-image-3",
        "imagery-9",
    )


async def test_the_same_finding_is_the_same_fact_every_day() -> None:
    checked = Checked({**SERVED, "gpt-image-2.5-flare": date(2027, 3, 1)}, default_model="gpt-image-1.5")
    await checked.findings()
    await checked.findings()
    ids = [event.metadata.event_id for event in checked.publisher.events]
    assert (len(ids), len(set(ids))) == (4, 2)


class FailingList:
    """A ModelList that fails some times before it answers."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)

    async def served(self) -> Mapping[str, date | None]:
        if self.failures:
            raise self.failures.pop(0)
        return SERVED


async def test_a_service_that_fails_for_a_moment_is_asked_again() -> None:
    checked = Checked(SERVED)
    models = FailingList(
        ProviderUnavailableError("down", generation_step="api_call"),
        ProviderUnavailableError("down", generation_step="api_call"),
    )
    services = replace(checked.services, model_list=models)
    assert (await check_models(services, checked.settings)).missing is None


async def test_a_key_that_is_refused_tells_nothing_of_models() -> None:
    checked = Checked(SERVED)
    models = FailingList(ProviderAccountError("refused", generation_step="api_call"))
    services = replace(checked.services, model_list=models)
    with pytest.raises(ProviderAccountError):
        await check_models(services, checked.settings)
    assert checked.publisher.events == []
