"""Keeps refused input on SQS, byte for byte.

A message's attributes are `reason`, `origin`, and `encoding`, which says how to restore the input:

    text          the body is the input
    gzip+base64   for input that SQS does not accept as text: empty, too long, or with characters outside XML 1.0
                  (such as the lone surrogates by which Python's `surrogateescape` stores bytes that are not UTF-8)
    …, `part` "2/3" and `input_id`   for input that is still too long: first join the bodies of one `input_id` in order

Nothing is cut off. Input above 1 MiB is refused, and an upload that is refused for its size is not read: then its
address is kept. So more than one part is rare.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from typing import TYPE_CHECKING

from picturebook.adapters.aws_errors import AwsCaller
from picturebook.adapters.thread_executor import THREADS
from picturebook.ports.executor import Executor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageAttributeValueTypeDef

# SQS accepts 1 MiB including attributes; ours have at most 3 KiB characters of 4 bytes, and their names.
MOST_BODY_BYTES = 1024 * 1024 - 16 * 1024
MOST_REASON_CHARACTERS = 1024
# An S3 address: the bucket's name and a key of at most 1024 bytes.
MOST_ORIGIN_CHARACTERS = 1536
# API reference of SendMessage: the characters of XML 1.0.
_REFUSED_CHARACTER = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class SqsRefusedInputQueue:
    """A RefusedInputQueue on one SQS queue."""

    def __init__(self, client: SQSClient, url: str, *, executor: Executor = THREADS) -> None:
        self._call = AwsCaller(executor)
        self._client = client
        self._url = url

    async def keep(self, raw: str, *, reason: str, origin: str) -> None:
        """Keep `raw` in one message or several; repeating the call uses the same `input_id`."""
        labels = {
            "reason": _label(reason, MOST_REASON_CHARACTERS),
            "origin": _label(origin, MOST_ORIGIN_CHARACTERS),
        }
        if raw and not _REFUSED_CHARACTER.search(raw) and len(raw.encode()) <= MOST_BODY_BYTES:
            await self._send(raw, {**labels, "encoding": "text"})
            return
        content = _bytes(raw)
        packed = base64.b64encode(gzip.compress(content, mtime=0)).decode("ascii")
        parts = [packed[start : start + MOST_BODY_BYTES] for start in range(0, len(packed), MOST_BODY_BYTES)]
        labels |= {"encoding": "gzip+base64"}
        if len(parts) > 1:
            labels |= {"input_id": hashlib.sha256(content).hexdigest()[:16]}
        for number, part in enumerate(parts, start=1):
            place = {"part": f"{number}/{len(parts)}"} if len(parts) > 1 else {}
            await self._send(part, {**labels, **place})

    async def _send(self, body: str, labels: Mapping[str, str]) -> None:
        attributes: dict[str, MessageAttributeValueTypeDef] = {
            name: {"DataType": "String", "StringValue": value} for name, value in labels.items()
        }
        await self._call(self._client.send_message, QueueUrl=self._url, MessageBody=body, MessageAttributes=attributes)


def _bytes(raw: str) -> bytes:
    """Return the bytes from which `raw` was decoded; `surrogateescape` restores those that were not UTF-8."""
    try:
        return raw.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        # A surrogate that `surrogateescape` does not produce comes from a program; keep it.
        return raw.encode("utf-8", "surrogatepass")


def _label(text: str, most: int) -> str:
    """Return `text` as a valid attribute value: not empty, at most `most` characters, refused ones as `\\uXXXX`."""
    escaped = _REFUSED_CHARACTER.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return escaped[:most] or "unknown"
