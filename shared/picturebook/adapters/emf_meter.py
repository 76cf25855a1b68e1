"""Writes costs as CloudWatch metrics in the embedded metric format: one log line each, no request."""

from __future__ import annotations

from aws_lambda_powertools.metrics import MetricUnit, single_metric

from picturebook.models.pictures import Costs

NAMESPACE = "Picturebook"


class EmfMeter:
    """A Meter: `CostUsd` by kind and model, and `UnknownCosts` for kinds whose cost is unknown.

    `service` is the deployment's name, which distinguishes the stages of one account.
    """

    def __init__(self, service: str = "picturebook") -> None:
        self._service = service

    def paid(self, costs: Costs, *, model: str) -> None:
        """Write a metric for each kind that cost something or whose cost is unknown."""
        for kind, usd in costs:
            if usd is None:
                self._write("UnknownCosts", 1, kind, model)
            elif usd:
                self._write("CostUsd", float(usd), kind, model)

    def _write(self, name: str, value: float, kind: str, model: str) -> None:
        with single_metric(name, MetricUnit.Count, value, namespace=NAMESPACE) as metric:
            for dimension, dimension_value in (("service", self._service), ("model", model), ("kind", kind)):
                metric.add_dimension(dimension, dimension_value)
