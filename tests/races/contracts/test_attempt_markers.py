from tests.contracts.test_attempt_markers import *  # noqa: F403 - the whole suite, on this folder's AWS
