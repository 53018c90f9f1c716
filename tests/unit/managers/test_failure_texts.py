"""The texts beside this file are own, shortened, each after what the real manager says; a line `===` tells the kind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from envkb.managers import ErrorKind, classify

FOLDER = Path(__file__).with_name("failures")


def failures() -> Iterator[object]:
    for file in sorted(FOLDER.glob("*.txt")):
        for number, section in enumerate(file.read_text("utf-8").split("=== ")[1:], start=1):
            kind, _, text = section.partition("\n")
            yield pytest.param(ErrorKind(kind), text, id=f"{file.stem}-{number}-{kind}")


@pytest.mark.parametrize(("kind", "text"), list(failures()))
def test_a_text_tells_what_kind_of_failure_it_is(kind: ErrorKind, text: str) -> None:
    assert classify(text) is kind


def test_no_text_tells_nothing() -> None:
    assert classify("") is ErrorKind.OTHER


def test_every_kind_that_a_text_can_tell_is_tried() -> None:
    tried = {parameter.values[0] for parameter in failures()}  # type: ignore[attr-defined]
    assert tried == set(ErrorKind) - {ErrorKind.KILLED, ErrorKind.TIME_OUT}
