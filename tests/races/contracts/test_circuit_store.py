from tests.contracts.test_circuit_store import *  # noqa: F403 - the whole suite, on this folder's AWS
