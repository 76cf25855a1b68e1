"""The same AWS as the contract suites have."""

from tests.contracts.conftest import aws as aws
from tests.contracts.conftest import aws_clients as aws_clients
from tests.contracts.conftest import clock as clock
