from tests.contracts.test_pacer import *  # noqa: F403 - the whole suite, on this folder's AWS
