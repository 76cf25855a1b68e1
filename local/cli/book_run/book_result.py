"""The result of illustrating a story: estimate, events, manifest, folder and times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from local.cli.book_run.illustration import Illustration
from local.cli.book_run.story_timing import StoryTiming
from local.cli.exit_status import ExitStatus
from local.cli.progress.picture_progress import PictureProgress, PictureState
from local.cli.progress.story_progress import StoryProgress
from picturebook.book.manifest import Manifest, ManifestPicture
from picturebook.models.pictures import PictureStatus
from picturebook.planning import Estimate


@dataclass(frozen=True, slots=True)
class BookResult:
    """Everything that the summary prints; `manifest` and `folder` are None if no book was made."""

    estimate: Estimate
    illustration: Illustration
    manifest: Manifest | None
    folder: Path | None
    timings: Mapping[str, StoryTiming]
    is_live: bool

    @property
    def status(self) -> ExitStatus:
        """The exit status of the command."""
        completed = self.illustration.progress.ending == "StoryCompleted"
        return ExitStatus.COMPLETED if completed else ExitStatus.NOT_COMPLETED


def settled_by(manifest: Manifest, progress: StoryProgress) -> StoryProgress:
    """Return the progress with each picture's final state from the manifest, because an event may be lost."""
    final = {picture.picture_id: picture for picture in manifest.pictures}
    pictures = {name: _settled(picture, final.get(name)) for name, picture in progress.pictures.items()}
    return replace(progress, pictures=pictures)


def _settled(picture: PictureProgress, final: ManifestPicture | None) -> PictureProgress:
    if final is None:
        return picture
    return PictureProgress(
        picture_id=picture.picture_id,
        label=picture.label,
        state=PictureState.DONE if final.status is PictureStatus.DRAWN else PictureState.FAILED,
        attempts=final.attempts,
        started_at=picture.started_at,
        ended_at=picture.ended_at,
        cost_usd=final.cost_usd if final.attempts else Decimal(0),
        reason=final.reason,
        explanation=final.explanation,
        needs_review=final.needs_review,
        is_reused=final.is_reused,
    )
