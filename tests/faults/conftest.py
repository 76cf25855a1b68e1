"""The same AWS as the contract suites have."""

from tests.contracts.conftest import aws, aws_clients, clock

__all__ = ["aws", "aws_clients", "clock"]
