"""`picturebook serve`: the local cloud, for whatever AWS client comes, until somebody ends it."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Annotated

import typer

from local.cli.deployment import announced
from local.cli.ending import ending_well

if TYPE_CHECKING:
    from local.stack.cloud import LocalCloud

# What one uses at a time; more are started when there is more work.
_PROCESSES_PER_FUNCTION = 2


def serve(
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port of the cloud.", show_default="free")] = None,
    delay: Annotated[float, typer.Option(min=0, max=600, help="Seconds the image service takes to think.")] = 0.0,
    prerendered: Annotated[bool, typer.Option("--prerendered", help="Take ready-made pictures, to measure.")] = False,
) -> None:
    """Keep the whole stack running on this machine, until Ctrl-C."""
    with ending_well(ended_by_signal=True):
        from local.cli import composition  # noqa: PLC0415  --help needs none of it

        composition.take_key(os.environ)
        images = composition.images_for(composition.ImageWishes(delay_s=delay, prerendered=prerendered))
        processes = dict.fromkeys(composition.FUNCTIONS, _PROCESSES_PER_FUNCTION)
        settings = composition.settings_for(images, processes=processes, port=port)
        with (
            composition.local_picturebook(settings, report=lambda what: typer.echo(what, err=True)) as stack,
            announced(stack.cloud.endpoint_url),
        ):
            typer.echo(how_to_use(stack.cloud))
            while True:
                signal.pause()


def how_to_use(cloud: LocalCloud) -> str:
    """Return what to paste into a shell to use the cloud: credentials, places, an upload, a subscription."""
    from local.stack.emulator import REGION  # noqa: PLC0415  as above

    bucket, bus = cloud.outputs["BucketName"], cloud.outputs["EventBusName"]
    aws = f"aws --endpoint-url {cloud.endpoint_url}"
    places = "\n".join(f"  {name:<18} {value}" for name, value in cloud.outputs.items())
    return f"""\
Picturebook is running on {cloud.endpoint_url}
{places}

Any AWS client can use it. In another terminal:

  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION={REGION}

Hear what happens: a queue of yours, and a rule that fills it with what is announced from now on.

  {aws} sqs create-queue --queue-name mine
  {aws} events put-rule --event-bus-name {bus} --name mine --event-pattern '{{"source":["picturebook"]}}'
  {aws} events put-targets --event-bus-name {bus} --rule mine \\
    --targets Id=1,Arn=arn:aws:sqs:{REGION}:000000000000:mine

Illustrate a story by uploading it (the name must be its story_id):

  {aws} s3 cp events/stories/snow-on-quill-street.json s3://{bucket}/stories/snow-on-quill-street.json

Or by sending it as a message:

  {aws} sqs send-message --queue-url {cloud.outputs["StoryQueueUrl"]} \\
    --message-body file://events/stories/snow-on-quill-street.json

Read what was announced:

  {aws} sqs receive-message --queue-url {cloud.endpoint_url}/000000000000/mine --wait-time-seconds 5 \\
    --max-number-of-messages 10

Fetch the book, pictures and all:

  {aws} s3 sync s3://{bucket} my-books

Change your mind, or look after the circuit:

  .venv/bin/picturebook redraw --local snow-on-quill-street page-001
  .venv/bin/picturebook cancel --local snow-on-quill-street
  .venv/bin/picturebook circuit show --local

Ctrl-C ends it, and everything in it is gone.
"""
