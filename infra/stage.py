"""The stage: what distinguishes one deployment of Picturebook from the others in the same account and region.

A stage decides the names of the two stacks, and nothing else. Inside the template every name that we choose begins
with the stack's own name (`infra.constructs.names`), so the template is the same for all stages.
"""

import re

_DEFAULT = "picturebook"
_CLOUD = "cloud"
_STAGE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
# Lambda takes 64 characters for a function's name; `picturebook-<stage>-reconcile-mappings` needs 31 of them.
_MAX_LENGTH = 20


def stack_name(stage: str) -> str:
    """The main stack's name: `picturebook` for the default stage (empty), otherwise `picturebook-<stage>`.

    Raises ValueError for a stage that AWS would refuse in a name, or whose stack another stage's cloud stack could be.
    """
    if not stage:
        return _DEFAULT
    if len(stage) > _MAX_LENGTH or not _STAGE.fullmatch(stage):
        raise ValueError(
            f"the stage is {stage!r}; it can have up to {_MAX_LENGTH} lower-case letters, digits and single hyphens, "
            "and begins with a letter"
        )
    if stage.rsplit("-", maxsplit=1)[-1] == _CLOUD:
        raise ValueError(f"the stage is {stage!r}; names that end in '{_CLOUD}' belong to the cloud-only stacks")
    return f"{_DEFAULT}-{stage}"


def cloud_stack_name(main_stack_name: str) -> str:
    """The name of the cloud-only stack beside a main stack."""
    return f"{main_stack_name}-{_CLOUD}"
