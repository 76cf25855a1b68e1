"""reconcile_mappings, over moto's circuit table and event source mappings."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import cast

import boto3
import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.reconcile_mappings import handler
from picturebook.adapters.dynamodb_circuit_store import DynamoDbCircuitStore
from picturebook.bootstrap.function_wiring import wire_function
from picturebook.circuit_breaker import state
from picturebook.errors import ImageValidationError
from picturebook.models.circuits import Circuit
from picturebook.settings import ReconcilingSettings
from tests.fakes.mapped_queue import map_queue
from tests.functions.conftest import REGION, Context, Deployment

CONTEXT = cast("LambdaContext", Context())
ROUTE = "api.openai.com/gpt-image-2"


@pytest.fixture
def mappings(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Map both queues, and let the handler find its environment; return the mappings' ids."""
    session = boto3.Session("testing", "testing", region_name=REGION)
    ids = {name: map_queue(session, name, concurrency=10) for name in ("character", "page")}
    variables = {f"PICTUREBOOK_{name.upper()}_MAPPING": mapping_id for name, mapping_id in ids.items()}
    for name, value in {**deployment.environment, **variables, "PICTUREBOOK_IMAGE_CONCURRENCY": "10"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "picturebook-dev")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    handler._reconciler.cache_clear()
    yield ids
    handler._reconciler.cache_clear()


def open_circuit(deployment: Deployment, *, seconds: float, reason: str) -> None:
    circuits = DynamoDbCircuitStore(deployment.clients.dynamodb, "picturebook-circuit")
    opened = state.trip(Circuit(ROUTE), now=datetime.now(UTC), version="v1", seconds=seconds, reason=reason, failures=5)
    asyncio.run(circuits.replace(Circuit(ROUTE), opened))


def set_to(deployment: Deployment, mapping_id: str) -> tuple[str, int]:
    found = deployment.clients.functions.get_event_source_mapping(UUID=mapping_id)
    return found["State"], found["ScalingConfig"]["MaximumConcurrency"]


def metrics_of(output: str) -> dict[str, float]:
    """Return the metrics that CloudWatch would read from the function's output, by name."""
    [line] = [json.loads(line) for line in output.splitlines() if '"_aws"' in line]
    [directive] = line["_aws"]["CloudWatchMetrics"]
    assert (directive["Namespace"], directive["Dimensions"]) == ("Picturebook", [["service"]])
    assert line["service"] == "picturebook-dev", "the metrics of another stage are its own"
    return {metric["Name"]: line[metric["Name"]][0] for metric in directive["Metrics"]}


def test_a_refused_key_disables_both_mappings_and_calls_an_operator(
    deployment: Deployment, mappings: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    open_circuit(deployment, seconds=600, reason="ProviderAccountError")
    # The event's content is not read: this one says that a circuit closed.
    handler.lambda_handler({"detail-type": "CircuitClosed", "detail": {"data": {"route": ROUTE}}}, CONTEXT)
    assert [set_to(deployment, mapping_id) for mapping_id in mappings.values()] == [("Disabled", 2)] * 2
    assert metrics_of(capsys.readouterr().out) == {"OpenCircuits": 1.0, "CircuitsHeldForAPerson": 1.0}


def test_with_closed_circuits_no_mapping_is_set_and_every_invocation_writes_the_metrics(
    deployment: Deployment, mappings: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        handler.lambda_handler({"detail-type": "Scheduled Event"}, CONTEXT)
        assert metrics_of(capsys.readouterr().out) == {"OpenCircuits": 0.0, "CircuitsHeldForAPerson": 0.0}
    assert [set_to(deployment, mapping_id) for mapping_id in mappings.values()] == [("Enabled", 10)] * 2


def test_a_mapping_that_cannot_be_set_fails_the_invocation_but_not_the_metrics(
    deployment: Deployment, mappings: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    open_circuit(deployment, seconds=600, reason="ProviderUnavailableError")
    deployment.clients.functions.delete_event_source_mapping(UUID=mappings["character"])
    with pytest.raises(Exception, match="ResourceNotFound"):
        handler.lambda_handler({}, CONTEXT)
    assert metrics_of(capsys.readouterr().out) == {"OpenCircuits": 1.0, "CircuitsHeldForAPerson": 0.0}
    assert set_to(deployment, mappings["page"]) == ("Disabled", 2)


def test_a_missing_variable_is_named(deployment: Deployment) -> None:
    with pytest.raises(ImageValidationError, match="PICTUREBOOK_CHARACTER_MAPPING"):
        wire_function(ReconcilingSettings, deployment.environment)


def test_neither_openai_nor_pillow_is_imported() -> None:
    program = (
        "import sys, json, functions.reconcile_mappings.handler;"
        "print(json.dumps([name for name in ('openai', 'PIL') if name in sys.modules]))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    assert json.loads(run.stdout) == []
