"""What the wiring of the drawing functions promises: rate limiter and breaker know each other, answers have bounds."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from local.image_service.config import ServiceConfig
from local.image_service.fault_rules import FaultRule
from local.image_service.server import ImageServer
from picturebook.adapters.dynamodb_circuit_store import DynamoDbCircuitStore
from picturebook.adapters.dynamodb_rate_limit_store import DynamoDbRateLimitStore
from picturebook.adapters.system_clock import SystemClock
from picturebook.circuit_breaker import state
from picturebook.errors import ImageValidationError, ProviderUnavailableError
from picturebook.models.circuits import Circuit, CircuitState
from picturebook.models.pictures import ImageRequest
from tests.functions.conftest import Deployment
from tests.functions.wired import wired

ROUTE = "api.openai.com/gpt-image-2"


def rates(deployment: Deployment) -> DynamoDbRateLimitStore:
    return DynamoDbRateLimitStore(deployment.clients.dynamodb, "picturebook-circuit")


async def test_a_circuit_that_closes_after_an_outage_restarts_the_rate_low_and_is_announced(
    deployment: Deployment,
) -> None:
    circuits = DynamoDbCircuitStore(deployment.clients.dynamodb, "picturebook-circuit")
    long_ago = SystemClock().now() - timedelta(hours=1)
    opened = state.trip(Circuit(ROUTE), now=long_ago, version="v1", seconds=30, reason="x", failures=5)
    await circuits.replace(Circuit(ROUTE), opened)
    drawing = wired(deployment)

    async def picture() -> str:
        return "picture"

    await drawing.services.circuit_guard.call(ROUTE, picture)
    assert (await circuits.read(ROUTE)).state is CircuitState.CLOSED
    assert (await rates(deployment).read(ROUTE)).is_ramping
    assert [event["detail-type"] for event in deployment.events()] == ["CircuitHalfOpened", "CircuitClosed"]
    await drawing.close()


async def test_one_bad_instance_does_not_open_the_circuit_of_a_fleet_that_the_rate_limiter_sees(
    deployment: Deployment,
) -> None:
    functions = [wired(deployment) for _ in range(4)]
    for drawing in functions:
        await drawing.services.rate_limiter.acquire_permit(ROUTE, at_most=5.0)
    bad = functions[-1].services.circuit_guard

    async def fail() -> str:
        raise ProviderUnavailableError("down")

    for _ in range(5):
        with pytest.raises(ProviderUnavailableError):
            await bad.call(ROUTE, fail)
    circuits = DynamoDbCircuitStore(deployment.clients.dynamodb, "picturebook-circuit")
    assert (await circuits.read(ROUTE)).state is CircuitState.CLOSED
    await asyncio.gather(*(drawing.close() for drawing in functions))


@pytest.mark.parametrize(("setting", "ceiling"), [("50", 50), ("0", 0), ("", 0)])
async def test_the_deployments_images_per_minute_is_a_ceiling_from_the_first_permit_on(
    deployment: Deployment, setting: str, ceiling: int
) -> None:
    drawing = wired(deployment, PICTUREBOOK_IMAGES_PER_MINUTE=setting)
    await drawing.services.rate_limiter.acquire_permit(ROUTE, at_most=5.0)
    assert (await rates(deployment).read(ROUTE)).ceiling == ceiling
    await drawing.close()


@pytest.mark.parametrize("setting", ["fast", "-1", "1.5"])
def test_a_rate_that_is_none_is_refused_at_start(deployment: Deployment, setting: str) -> None:
    with pytest.raises(ImageValidationError, match="PICTUREBOOK_IMAGES_PER_MINUTE"):
        wired(deployment, PICTUREBOOK_IMAGES_PER_MINUTE=setting)


async def test_a_429_that_asks_for_more_than_seconds_is_not_slept_through(deployment: Deployment) -> None:
    drawing = wired(deployment)
    assert drawing.services.retry_policy.max_delay <= 5.0
    assert drawing.services.longest_wait_for_a_permit <= 5.0
    await drawing.close()


async def test_of_an_error_that_does_not_end_the_functions_read_the_beginning(deployment: Deployment) -> None:
    with ImageServer(ServiceConfig(api_key="sk-test-only", prerendered=True)) as server:
        server.service.faults.replace([FaultRule(action="endless_answer", status=503)])
        drawing = wired(deployment, PICTUREBOOK_IMAGE_API_URL=server.base_url)
        with pytest.raises(ProviderUnavailableError):
            await drawing.services.image_model.draw(
                ImageRequest("gpt-image-2", "a fox", "1024x640", "low"), timeout_seconds=60
            )
        await drawing.close()
