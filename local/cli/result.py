"""A story that was illustrated, with all that is known of it when the cloud is gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from local.cli.exit_status import ExitStatus
from local.cli.illustration import Illustration
from local.cli.pace import RateLimit
from local.cli.picture_progress import PictureProgress, PictureState
from local.cli.progress import StoryProgress
from picturebook.book.manifest import Manifest, ManifestPicture
from picturebook.models.pictures import PictureStatus
from picturebook.planning import Estimate


@dataclass(frozen=True, slots=True)
class Result:
    """A finished illustration with all that is said about it; manifest and folder where there is a book."""

    estimate: Estimate
    illustration: Illustration
    manifest: Manifest | None
    folder: Path | None
    paces: Mapping[str, RateLimit]
    is_live: bool

    @property
    def status(self) -> ExitStatus:
        """What the command's exit status says."""
        completed = self.illustration.progress.ending == "StoryCompleted"
        return ExitStatus.COMPLETED if completed else ExitStatus.NOT_COMPLETED


def settled_by(manifest: Manifest, progress: StoryProgress) -> StoryProgress:
    """Return the progress with every picture as the manifest has it: an event may be lost, the manifest is not."""
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
