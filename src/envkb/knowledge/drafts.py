"""Keeps what a person typed when it could not become a record; what is given here has been cleaned already."""

import os
import tempfile
from pathlib import Path, PurePosixPath
from typing import Final

from envkb.document.identity import digest_of
from envkb.errors import KbError
from envkb.knowledge.files import place_file
from envkb.knowledge.layout import DRAFTS

_PREFIX: Final = "envkb-draft-"
_OWNER_ONLY: Final = 0o600


def save_draft(root: Path, data: bytes) -> Path:
    """Write a draft that only its owner may read, and return its path.

    It goes to the first place that takes it: `.kb/drafts` below the root, the user's state folder, the system's
    temporary folder: a full disk is rarely the only one.

    Args:
        root: The knowledge base, or the current folder where there is none.
        data: The draft.

    Raises:
        KbError: No place takes it.
    """
    name = f"{_PREFIX}{digest_of(data)[:12]}.json"
    refused: KbError | None = None
    for place, folder in _places(root):
        try:
            place_file(place, folder / name, data, mode=_OWNER_ONLY)
        except KbError as error:
            refused = refused or error
        else:
            return place / folder / name
    raise KbError("no place takes the draft", hint=refused.message if refused else "") from refused


def _places(root: Path) -> tuple[tuple[Path, PurePosixPath], ...]:
    state = os.environ.get("XDG_STATE_HOME")
    own = (
        (Path(state), PurePosixPath("envkb/drafts"))
        if state
        else (Path.home(), PurePosixPath(".local/state/envkb/drafts"))
    )
    return ((root, DRAFTS), own, (Path(tempfile.gettempdir()), PurePosixPath()))
