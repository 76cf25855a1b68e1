"""The layout of the ledger's table: keys, attributes and lifetime of its records.

    pk                    sk                                        record
    STORY#<story_id>      HEAD                                      the story's current revision
    STORY#<story_id>      RUN#<revision>                            a run
    STORY#<story_id>      PICTURE#<revision>#<picture_id>#<take>    a picture of a run, take in four digits
    REQUEST#<request_id>  PICTURE#<picture_id>#<take>               a picture that was requested without a story
    MESSAGE#<message_id>  STARTS                                    attempts at a message (dynamodb_attempt_markers)

An unfinished record has the attributes `unfinished` and `unfinished_since`, the keys of the index `unfinished`. It is a
run whose ending is not confirmed, a picture held for the operator, or an opened take that is neither decided nor held.
The write that finishes it removes them. A take's `unfinished_since` is the time its message was last queued.

DynamoDB removes a set that becomes empty, so a run without `open_pictures` has none open.
A picture's claim is always its last one, so `attempts` is the claim's number.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from picturebook.adapters.dynamodb_attributes import Typed, to_plain, to_typed
from picturebook.adapters.dynamodb_table import ItemKey
from picturebook.models.pictures import PictureRef
from picturebook.models.runs import PictureRecord, Run
from picturebook.ports.ledger_maintenance import RunName

# At least 90 days by design, and longer than any queue keeps a message (14 days).
LIFETIME = timedelta(days=120)
UNFINISHED = "unfinished"
A_RUN, A_PICTURE, A_TAKE = "RUN", "PICTURE", "TAKE"


def head_key(story_id: str) -> ItemKey:
    """Return the key of a story's head."""
    return ItemKey(f"STORY#{story_id}", "HEAD")


def run_key(story_id: str, revision: str) -> ItemKey:
    """Return the key of a run."""
    return ItemKey(f"STORY#{story_id}", f"RUN#{revision}")


def picture_key(picture: PictureRef) -> ItemKey:
    """Return the key of a picture's take."""
    name = f"{picture.picture_id}#{picture.take:04d}"
    if picture.request_id:
        return ItemKey(f"REQUEST#{picture.request_id}", f"PICTURE#{name}")
    return ItemKey(f"STORY#{picture.story_id}", f"{pictures_prefix(picture.revision)}{name}")


def pictures_prefix(revision: str | None) -> str:
    """Return the beginning of the sort keys of a revision's pictures."""
    return f"PICTURE#{revision}#"


def expiry(moment: datetime) -> int:
    """Return when a record written at `moment` expires, in seconds since 1970."""
    return int((moment + LIFETIME).timestamp())


def run_attributes(run: Run) -> Typed:
    """Return a new run's attributes, without its key."""
    fields = {name: value for name, value in run if name != "position"}
    index = {UNFINISHED: A_RUN, f"{UNFINISHED}_since": run.accepted_at}
    return to_typed({**fields, **index, "position": run.position.model_dump(), "expires_at": expiry(run.accepted_at)})


def run_from_item(item: Mapping[str, Any]) -> Run:
    """Return the run that an item records."""
    known = {name: value for name, value in to_plain(item).items() if name in Run.model_fields}
    return Run.model_validate({"open_pictures": frozenset(), **known}, strict=False)


def picture_from_item(item: Mapping[str, Any], picture: PictureRef | None = None) -> PictureRecord:
    """Return the record that an item holds; without `picture`, the picture's name is read from the key."""
    plain = to_plain(item)
    known = {name: value for name, value in plain.items() if name in PictureRecord.model_fields}
    if claim_id := plain.get("claim_id"):
        deadline = plain["claim_deadline"]
        known["claim"] = {"claim_id": claim_id, "number": plain["attempts"], "deadline": deadline}
    if plain.get(UNFINISHED) == A_TAKE:
        known["moved_at"] = plain[f"{UNFINISHED}_since"]
    ref = picture or picture_at(plain["pk"], plain["sk"])
    return PictureRecord.model_validate({**known, "picture": ref}, strict=False)


def run_at(pk: str, sk: str) -> RunName:
    """Return the name of the run under a key."""
    return RunName(pk.partition("#")[2], sk.partition("#")[2])


def picture_at(pk: str, sk: str) -> PictureRef:
    """Return the name of the picture under a key."""
    owner, _, owner_id = pk.partition("#")
    path, _, take = sk.rpartition("#")
    if owner == "REQUEST":
        return PictureRef(request_id=owner_id, picture_id=path.partition("#")[2], take=int(take))
    _, revision, picture_id = path.split("#", 2)
    return PictureRef(story_id=owner_id, revision=revision, picture_id=picture_id, take=int(take))
