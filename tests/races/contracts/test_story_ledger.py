from tests.contracts.test_story_ledger import *  # noqa: F403 - the whole suite, on this folder's AWS
