from tests.contracts.test_start_marks import *  # noqa: F403 - the whole suite, on this folder's AWS
