import pytest

from envkb.experiment.run.filling import filled
from envkb.managers import Sources

SOURCES = Sources(
    {"lab": "https://ada:secret@index.example/simple"},  # pragma: allowlist secret
    {"local": "file:///srv/channel"},
)


@pytest.mark.parametrize(
    ("command", "whole"),
    [
        ("kb run numpy --with=uv --rounds=8", "kb run numpy --with=uv --rounds=8"),
        (
            "kb run numpy --channel=local --channel=conda-forge",
            "kb run numpy --channel=local=file:///srv/channel --channel=conda-forge",
        ),
        ("kb run numpy --env=ml=PATH --env=old=PATH", "kb run numpy '--env=ml=/srv/my env' --env=old=PATH"),
        ("kb run a '--flag=uv=--find-links=<home>/wheels'", "kb run a --flag=uv=--find-links=/home/ada/wheels"),
        ("kb compare A B --margin=0.1    # one is <home>", "kb compare A B --margin=0.1    # one is <home>"),
        ("# more rounds hardly decide", "# more rounds hardly decide"),
    ],
)
def test_what_a_record_has_only_a_name_for_is_filled_in(command: str, whole: str) -> None:
    assert filled(command, SOURCES, {"ml": "/srv/my env"}, "/home/ada") == whole


def test_a_password_stays_hidden() -> None:
    line = filled("kb run numpy --index=lab", SOURCES, {}, "/home/ada")
    assert "index.example" in line
    assert "secret" not in line
