import pytest

from infra.stage import cloud_stack_name, stack_name


def test_without_a_stage_the_stack_is_called_picturebook() -> None:
    assert stack_name("") == "picturebook"


def test_a_stage_follows_the_products_name() -> None:
    assert stack_name("dev") == "picturebook-dev"
    assert cloud_stack_name(stack_name("dev")) == "picturebook-dev-cloud"


@pytest.mark.parametrize("stage", ["Dev", "1st", "dev_2", "dev-", "dev--2", "-dev", "d" * 21, "dev.2", "dev 2"])
def test_a_stage_that_aws_would_refuse_in_a_name_is_refused(stage: str) -> None:
    with pytest.raises(ValueError, match="lower-case letters, digits and single hyphens"):
        stack_name(stage)


@pytest.mark.parametrize("stage", ["cloud", "dev-cloud"])
def test_no_stage_takes_the_name_of_another_stages_cloud_stack(stage: str) -> None:
    with pytest.raises(ValueError, match="cloud-only"):
        stack_name(stage)


def test_the_longest_stage_leaves_room_for_the_longest_function_name() -> None:
    assert len(f"{stack_name('d' * 20)}-reconcile-mappings") <= 64
