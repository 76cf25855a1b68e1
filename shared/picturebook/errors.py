"""Every error that Picturebook raises, split by what the caller should do about it.

    PicturebookError
    ├── ImageValidationError            refuse: the input is wrong, nothing was sent
    │   └── InputRefusedError             … names the field and what would be accepted
    ├── ImageGenerationError            the image service did not give a picture
    │   ├── ProviderUnavailableError      retry: it failed, and nothing was billed
    │   ├── KeyRotatedError               retry: it refused a key that has been replaced since
    │   ├── PicturesIncompleteError       retry the others: some pictures of one call were drawn and paid for
    │   ├── WaitError                     wait: no permit, too little time, or a claim that may still end
    │   │   ├── ProviderThrottledError      … it asks for fewer requests
    │   │   └── CircuitOpenError            … it failed before, so no call is made
    │   ├── PromptRefusedError            refuse: its moderation says no
    │   ├── RequestRefusedError           refuse: it does not take this request
    │   ├── ProviderAccountError          hold: quota, key or configuration, a person is needed
    │   ├── OutcomeUnknownError           hold: it may have billed, which is unknown
    │   └── RetriesExhaustedError         refuse: every permitted try failed
    ├── ImageProcessingError            refuse: an answer came, and it is not a usable picture
    └── StoreUnavailableError           retry: storage of our own could not be reached
        └── AwsRefusedError               … AWS answered with an error code, which an adapter may expect

PicturesIncompleteError stands in `image_generation`, AwsRefusedError in `adapters`; all others are here.

Two exceptions stand outside the tree, because nothing is wrong when they are raised. They steer a message:

    RetryLater                        the message becomes visible again, after `seconds`
    ClaimRefusedError                 another worker holds the claim, or the picture has ended

Only adapters translate into this tree; nothing else knows a library's errors.

The four classes that users of the Python API make themselves (ErrorContext, ImageGenerationError,
ImageProcessingError, ImageValidationError) keep the order of their constructors' arguments, and so have constructors of
their own. All other classes inherit one, except where a class composes its message. We pass by keyword all that follows
the message.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from picturebook.models.runs import PictureRecord


class ErrorSeverity(StrEnum):
    """How bad an error is; it decides the level at which the error is logged."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"
    CRITICAL = "CRITICAL"

    @property
    def log_level(self) -> int:
        """The level of the `logging` module, 10 (DEBUG) to 50 (CRITICAL)."""
        return logging.getLevelNamesMapping()[self.value]


@dataclass(frozen=True, slots=True)
class ErrorContext:
    """Where an error arose (`module.function`; without a context, the class's module) and how bad it is."""

    source: str
    severity: ErrorSeverity = ErrorSeverity.ERROR
    correlation_id: str | None = None


class PicturebookError(Exception):
    """The root: a sentence for people, a context, and details for machines.

    `details` never hold a key, a prompt's author or a picture's bytes: they are logged and published.
    """

    default_severity: ClassVar[ErrorSeverity] = ErrorSeverity.ERROR

    def __init__(
        self, message: str, *, context: ErrorContext | None = None, details: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.context = context or ErrorContext(type(self).__module__, severity=self.default_severity)
        self.details: Mapping[str, object] = dict(details or {})

    def log_to(self, logger: logging.Logger) -> None:
        """Log the error at the level that its severity sets, with its details as fields."""
        fields = {"error_type": type(self).__name__, "source": self.context.source, "details": self.details}
        if self.context.correlation_id is not None:
            fields["correlation_id"] = self.context.correlation_id
        logger.log(self.context.severity.log_level, self.message, extra=fields)


class ImageValidationError(PicturebookError):
    """The input is wrong. `validation_type` says which kind of check, `issue` names the field."""

    def __init__(
        self,
        message: str,
        validation_type: str = "input",
        issue: str = "",
        context: ErrorContext | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message, context=context, details=details)
        self.validation_type = validation_type
        self.issue = issue


class InputRefusedError(ImageValidationError):
    """A story or a message is refused: `field` is where, `accepted` what would have been taken.

    `story_id`, `raw` (the input as it came) and `about` (which picture) are filled in where they are known.
    """

    default_severity = ErrorSeverity.WARNING

    def __init__(
        self, problem: str, *, field: str, accepted: str, reason: str = "invalid", story_id: str | None = None
    ) -> None:
        super().__init__(
            f"{field}: {problem}. Accepted: {accepted}.",
            validation_type="input",
            issue=field,
            details={"field": field, "problem": problem, "accepted": accepted, "reason": reason},
        )
        self.field = field
        self.problem = problem
        self.accepted = accepted
        self.reason = reason
        self.story_id = story_id
        self.raw: str | None = None
        self.about: dict[str, object] = {}


class ImageGenerationError(PicturebookError):
    """The image service gave no picture. `generation_step` says at which step.

    `retry_after` is the number of seconds to wait before another try, None when unknown.
    """

    def __init__(
        self,
        message: str,
        generation_step: str = "api_call",
        context: ErrorContext | None = None,
        details: Mapping[str, object] | None = None,
        *,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, context=context, details=details)
        self.generation_step = generation_step
        self.retry_after = retry_after


class ProviderUnavailableError(ImageGenerationError):
    """The service failed or could not be reached, and it billed nothing."""

    default_severity = ErrorSeverity.WARNING


class KeyRotatedError(ImageGenerationError):
    """The service refused the key, and by now there is another one: the next call goes out under that."""

    default_severity = ErrorSeverity.WARNING


class WaitError(ImageGenerationError):
    """Not now: wait for `retry_after` seconds."""

    default_severity = ErrorSeverity.WARNING


class ProviderThrottledError(WaitError):
    """HTTP 429 `rate_limit_exceeded`: the service asks for a slower rate. Only the service's own answer is this."""


class CircuitOpenError(WaitError):
    """The circuit is open: the call was not made."""


class PromptRefusedError(ImageGenerationError):
    """The service's moderation refused the prompt. The same prompt will be refused again."""

    default_severity = ErrorSeverity.WARNING


class RequestRefusedError(ImageGenerationError):
    """The service does not take this request (a bad parameter, a bad reference image)."""


class ProviderAccountError(ImageGenerationError):
    """Spent quota, a refused key, a missing model: no retry helps, a person must act."""

    default_severity = ErrorSeverity.CRITICAL


class OutcomeUnknownError(ImageGenerationError):
    """The request was sent and no answer came: the picture may have been billed."""


class RetriesExhaustedError(ImageGenerationError):
    """Every permitted try failed; `__cause__` is the last failure."""


class ImageProcessingError(PicturebookError):
    """An answer came and holds no usable picture. `operation` says what was tried with it."""

    def __init__(
        self,
        message: str,
        operation: str = "decode",
        image_format: str = "unknown",
        context: ErrorContext | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message, context=context, details=details)
        self.operation = operation
        self.image_format = image_format


class StoreUnavailableError(PicturebookError):
    """DynamoDB, S3, SQS or EventBridge could not be reached or refused us. Nothing was decided."""


class RetryLater(Exception):  # noqa: N818 - not an error: the message's visibility is changed
    """The picture cannot go on now. Its message is to be visible again after `seconds`; `reason` is for the log."""

    def __init__(self, seconds: float, *, reason: str) -> None:
        super().__init__(reason)
        self.seconds = seconds
        self.reason = reason


class ClaimRefusedError(Exception):
    """The claim was not given. `record` says why: it holds an outcome, or another claim."""

    def __init__(self, record: PictureRecord) -> None:
        super().__init__("claim refused")
        self.record = record
