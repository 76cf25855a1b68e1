"""The error for a call of which some pictures were drawn and paid for, and others failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from picturebook.errors import ErrorContext, ImageGenerationError, PicturebookError


class PicturesIncompleteError(ImageGenerationError):
    """`finished` holds what was drawn, in order and as it would have been returned; `failures` the others' errors.

    `failures` is keyed by the page's number or the view; `details` names both without pictures or prompts.
    """

    def __init__(
        self, *, source: str, finished: Sequence[object], failures: Mapping[int | str, PicturebookError]
    ) -> None:
        first = next(iter(failures.values()))
        total = len(finished) + len(failures)
        super().__init__(
            f"{len(failures)} of {total} pictures could not be drawn; the first failure: {first.message}",
            generation_step="drawing_several",
            context=ErrorContext(
                source, severity=max((error.context.severity for error in failures.values()), key=_level)
            ),
            details={
                "finished": len(finished),
                "failed": {str(subject): type(error).__name__ for subject, error in failures.items()},
            },
        )
        self.finished = tuple(finished)
        self.failures = dict(failures)


def _level(severity: object) -> int:
    return getattr(severity, "log_level", 0)
