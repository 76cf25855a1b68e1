from tests.contracts.test_ledger_maintenance import *  # noqa: F403 - the whole suite, on this folder's AWS
