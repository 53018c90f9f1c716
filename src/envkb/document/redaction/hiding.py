"""Characters that cannot be seen, between which a value would hide from every pattern."""

import re
from typing import Final

_UNSEEN: Final = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]|\x1b\\[[0-9;?]*[A-Za-z]"


def unhide(text: str) -> str:
    """Return the text without invisible characters and the colours of terminals."""
    if text.isascii() and "\x1b" not in text:
        return text
    return re.sub(_UNSEEN, "", text)
