"""Wires what `reconcile_mappings` needs, once per cold start."""

from __future__ import annotations

from collections.abc import Mapping

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.dynamodb_circuit_store import DynamoDbCircuitStore
from picturebook.adapters.dynamodb_route_register import DynamoDbRouteRegister
from picturebook.adapters.lambda_mappings import LambdaMappings
from picturebook.adapters.system_clock import SystemClock
from picturebook.catalogue import load_catalogue
from picturebook.settings import ReconcilingSettings
from picturebook.use_cases.reconcile_mappings import MappingReconciler


def open_reconciler(environment: Mapping[str, str], clients: AwsClients | None = None) -> MappingReconciler:
    """Wire the reconciler from the function's environment; raises ImageValidationError naming a bad variable."""
    settings = ReconcilingSettings.from_environment(environment)
    clients = clients or AwsClients()
    clock = SystemClock()
    # A default that retires soon is drawn with its replacement, so that is the route's name.
    chosen = load_catalogue().choose(
        settings.default_model, today=clock.now().date(), replace_within=settings.replace_within
    )
    return MappingReconciler(
        circuits=DynamoDbCircuitStore(clients.dynamodb, settings.circuit_table),
        register=DynamoDbRouteRegister(clients.dynamodb, settings.circuit_table, clock=clock),
        mappings=LambdaMappings(clients.functions),
        mapping_ids=(settings.character_mapping, settings.page_mapping),
        concurrency=settings.image_concurrency,
        default_route=f"{settings.provider}/{chosen.spec.name}",
        clock=clock,
    )
