"""The function that checks models: real adapters over moto's secret and bus, and the embedded image service's list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import cast

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.check_models import handler
from functions.check_models.handler import check
from local.image_service.config import ServiceConfig
from local.image_service.server import ImageServer
from picturebook.bootstrap.function_wiring import WiredFunction, wire_function
from picturebook.bootstrap.openai_service import open_image_service
from picturebook.errors import ImageValidationError, ProviderAccountError
from picturebook.settings import Settings
from tests.fakes.clock import FakeClock
from tests.functions.conftest import REGION, Context, Deployment

KEY = "sk-test-only"
NOVEMBER = datetime(2026, 11, 25, tzinfo=UTC)
CONTEXT = cast("LambdaContext", Context())


@pytest.fixture(scope="module")
def images() -> Iterator[ImageServer]:
    with ImageServer(ServiceConfig(api_key=KEY, clock=NOVEMBER.timestamp)) as server:
        yield server


def function(deployment: Deployment, images: ImageServer, **changes: str) -> WiredFunction[Settings]:
    """Wire the check."""
    every = {**deployment.environment, "PICTUREBOOK_REPLACE_RETIRING_DAYS": "30"}
    environment = {**every, "PICTUREBOOK_IMAGE_API_URL": images.base_url, **changes}
    clock = FakeClock(NOVEMBER)
    return wire_function(Settings, environment, deployment.clients, clock=clock, image_service=open_image_service)


def metrics(output: str) -> list[float]:
    lines = [json.loads(line) for line in output.splitlines() if '"_aws"' in line]
    for line in lines:
        (described,) = line["_aws"]["CloudWatchMetrics"]
        assert (described["Namespace"], described["Dimensions"]) == ("Picturebook", [["service"]])
        assert line["service"] == "picturebook"
    return [line["ModelsAtRisk"][0] for line in lines]


def test_the_embedded_service_and_the_catalogue_say_the_same(
    deployment: Deployment, images: ImageServer, capsys: pytest.CaptureFixture[str]
) -> None:
    check(function(deployment, images))
    assert metrics(capsys.readouterr().out) == [0]
    assert deployment.events() == []


def test_a_default_that_goes_soon_is_announced(
    deployment: Deployment, images: ImageServer, capsys: pytest.CaptureFixture[str]
) -> None:
    check(function(deployment, images, PICTUREBOOK_DEFAULT_MODEL="gpt-image-1.5"))
    (published,) = deployment.events()
    assert published["detail-type"] == "ModelRetiring"
    assert published["detail"]["data"]["retires_on"] == "2026-12-01"
    assert metrics(capsys.readouterr().out) == [0]


def test_how_soon_a_model_is_replaced_is_the_deployments_configuration(
    deployment: Deployment, images: ImageServer
) -> None:
    changes = {"PICTUREBOOK_DEFAULT_MODEL": "gpt-image-1.5", "PICTUREBOOK_REPLACE_RETIRING_DAYS": "5"}
    check(function(deployment, images, **changes))
    assert deployment.events()[0]["detail"]["data"]["is_replaced"] is False


def test_a_default_model_that_is_not_served_fails_the_invocation_after_its_metric(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    # Its clock is a month on, so it lists the model no more.
    with ImageServer(ServiceConfig(api_key=KEY, clock=datetime(2027, 1, 1, tzinfo=UTC).timestamp)) as later:
        changes = {"PICTUREBOOK_DEFAULT_MODEL": "gpt-image-1.5", "PICTUREBOOK_REPLACE_RETIRING_DAYS": "0"}
        with pytest.raises(ProviderAccountError, match=r"gpt-image-1\.5"):
            check(function(deployment, later, **changes))
    assert metrics(capsys.readouterr().out) == [1]
    assert [event["detail"]["data"]["model"] for event in deployment.events()] == ["gpt-image-1.5", "gpt-image-1.5"]


def test_the_handler_reads_its_environment(
    deployment: Deployment, images: ImageServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**deployment.environment, "PICTUREBOOK_IMAGE_API_URL": images.base_url}.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    handler.lambda_handler({}, CONTEXT)
    monkeypatch.delenv("PICTUREBOOK_API_KEY_SECRET")
    with pytest.raises(ImageValidationError, match="PICTUREBOOK_API_KEY_SECRET"):
        handler.lambda_handler({}, CONTEXT)
