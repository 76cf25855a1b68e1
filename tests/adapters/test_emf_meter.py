"""The meter's metrics, as CloudWatch reads them from the log."""

import json
from decimal import Decimal

import pytest

from picturebook.adapters.emf_meter import EmfMeter
from picturebook.models.pictures import Costs


def test_costs_are_metrics_of_the_deployment_that_paid_them(capsys: pytest.CaptureFixture[str]) -> None:
    EmfMeter("picturebook-dev").paid(Costs.of(image_out=Decimal("0.04"), chat=None), model="gpt-image-2")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["service"] for line in lines] == ["picturebook-dev"] * 2
    assert (lines[0]["CostUsd"], lines[0]["kind"]) == ([0.04], "image_out")
    assert (lines[1]["UnknownCosts"], lines[1]["kind"]) == ([1.0], "chat")
