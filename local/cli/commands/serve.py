"""`picturebook serve`: runs the local cloud for any AWS client, until a signal ends it."""

from __future__ import annotations

import os
import signal
from typing import Annotated

import typer

from local.cli.api_key import take_key
from local.cli.deployed_stack import advertised
from local.cli.error_exit import exit_on_error
from local.cli.stack_setup import FUNCTIONS, LocalImageOptions, images_for, local_picturebook, settings_for
from local.stack.cloud import LocalCloud
from local.stack.emulator import REGION

# Enough for one person's use; the cloud starts more when more messages wait.
_PROCESSES_PER_FUNCTION = 2


def serve(
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port of the cloud.", show_default="free")] = None,
    delay: Annotated[
        float, typer.Option(min=0, max=600, help="Seconds that the image service waits before it draws.")
    ] = 0.0,
    prerendered: Annotated[
        bool, typer.Option("--prerendered", help="Use ready-made pictures, for measurements.")
    ] = False,
) -> None:
    """Run the whole stack on this machine until Ctrl-C."""
    with exit_on_error(ended_by_signal=True):
        take_key(os.environ)
        images = images_for(LocalImageOptions(delay_s=delay, prerendered=prerendered))
        processes = dict.fromkeys(FUNCTIONS, _PROCESSES_PER_FUNCTION)
        settings = settings_for(images, processes=processes, port=port)
        with (
            local_picturebook(settings, report=lambda step: typer.echo(step, err=True)) as stack,
            advertised(stack.cloud.endpoint_url),
        ):
            typer.echo(instructions(stack.cloud))
            while True:
                signal.pause()


def instructions(cloud: LocalCloud) -> str:
    """Return commands to paste into a shell: credentials, a subscription, an upload, a download, and control."""
    bucket, bus = cloud.outputs["BucketName"], cloud.outputs["EventBusName"]
    aws = f"aws --endpoint-url {cloud.endpoint_url}"
    outputs = "\n".join(f"  {name:<18} {value}" for name, value in cloud.outputs.items())
    return f"""\
Picturebook is running on {cloud.endpoint_url}
{outputs}

Any AWS client can use it. In another terminal:

  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION={REGION}

Subscribe to the events: make a queue, and a rule that sends all events published from now on to it.

  {aws} sqs create-queue --queue-name mine
  {aws} events put-rule --event-bus-name {bus} --name mine --event-pattern '{{"source":["picturebook"]}}'
  {aws} events put-targets --event-bus-name {bus} --rule mine \\
    --targets Id=1,Arn=arn:aws:sqs:{REGION}:000000000000:mine

Illustrate a story by uploading it (the file's name must be its story_id):

  {aws} s3 cp events/stories/snow-on-quill-street.json s3://{bucket}/stories/snow-on-quill-street.json

Or send it as a message:

  {aws} sqs send-message --queue-url {cloud.outputs["StoryQueueUrl"]} \\
    --message-body file://events/stories/snow-on-quill-street.json

Read the published events:

  {aws} sqs receive-message --queue-url {cloud.endpoint_url}/000000000000/mine --wait-time-seconds 5 \\
    --max-number-of-messages 10

Download the book with its pictures:

  {aws} s3 sync s3://{bucket} my-books

Redraw a picture, cancel the story, or show the circuit breakers:

  .venv/bin/picturebook redraw --local snow-on-quill-street page-001
  .venv/bin/picturebook cancel --local snow-on-quill-street
  .venv/bin/picturebook circuit show --local

Ctrl-C ends the cloud and deletes everything in it.
"""
