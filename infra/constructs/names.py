"""Names that users and operators rely on. Each begins with the stack's name, which CloudFormation fills in.

A resource that outlives its stack (a table, the bucket) gets no name from us: a later deployment of the same stack
would meet it and fail. CloudFormation names these resources, and the stack's outputs say how.
"""

from aws_cdk import Aws

# The stack's name, such as `picturebook` or `picturebook-dev`.
STACK_NAME = Aws.STACK_NAME


def stack_prefixed(what: str) -> str:
    """`<stack>-<what>`, such as `picturebook-story` or `picturebook-dev-story`."""
    return f"{STACK_NAME}-{what}"
