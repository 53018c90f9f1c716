"""What is written beside a token: what it stamps, and the token's own digest. Pure.

The outermost parts of a token are not signed by anybody: their bits can be flipped, and the token still holds. So its
digest stands here, and the digest of this file goes into the log.
"""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, ValidationError, model_validator

from envkb.document.canonical import encode, parse
from envkb.document.codec import describe
from envkb.errors import InvalidDataError
from envkb.model.record import Digest, Moment
from envkb.model.value import Value

SCHEMA: Final = "envkb.stamp/1"


class Subject(Value):
    """What a token stamps.

    Attributes:
        kind: A checkpoint of the log, which covers all leaves below it, or one record.
        sha256: SHA-256 of that file.
        size: The checkpoint's number of leaves; null for a record.
    """

    kind: Literal["checkpoint", "record"]
    sha256: Digest
    size: Annotated[int, Field(ge=0)] | None

    @model_validator(mode="after")
    def _check_size(self) -> Self:
        if (self.size is None) != (self.kind == "record"):
            raise ValueError("a checkpoint has a size, and a record has none")
        return self


class Sidecar(Value):
    """What is known of a token without reading it.

    Attributes:
        schema_: `envkb.stamp/1`.
        token_sha256: SHA-256 of the token's file.
        subject: What it stamps.
        authority: Address that was asked.
        requested: When it was asked, by the clock of who asked.
    """

    schema_: Literal["envkb.stamp/1"] = Field(alias="schema", default="envkb.stamp/1")
    token_sha256: Digest
    subject: Subject
    authority: str
    requested: Moment

    def encode(self) -> bytes:
        """Return the file, in its one spelling."""
        return encode(self.model_dump(mode="json"))


def parse_sidecar(data: bytes) -> Sidecar:
    """Return what a sidecar says.

    Raises:
        InvalidDataError: It is none, or not in its one spelling.
    """
    parse(data)
    try:
        return Sidecar.model_validate_json(data)
    except ValidationError as error:
        raise InvalidDataError(f"no sidecar of a time-stamp: {describe(error)}") from error
