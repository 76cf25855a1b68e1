from tests.contracts.test_rate_limiter import *  # noqa: F403 - the whole suite, on this folder's AWS
