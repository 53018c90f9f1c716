"""Indexes and channels are kept by the names that this machine has for them."""

import pytest

from envkb.document.redaction import Gate, MachineValues
from envkb.experiment.addresses import known_addresses
from envkb.model.environment import Setting
from factory import make_environment

NOTHING: dict[str, str] = {}


def settings(*rows: tuple[str, str, str]) -> tuple[Setting, ...]:
    return tuple(Setting(tool=tool, name=name, value=value, source="somewhere") for tool, name, value in rows)


@pytest.mark.parametrize(
    ("rows", "known"),
    [
        ([("pip", "index-url", "https://mirror.example/simple/")], {"https://mirror.example/simple": "default"}),
        ([("uv", "default-index", "https://mirror.example/simple")], {"https://mirror.example/simple": "default"}),
        ([("uv", "index.corp.url", "https://corp.example/simple")], {"https://corp.example/simple": "corp"}),
        (
            [("uv", "index.corp.url", "https://corp.example/simple"), ("uv", "index.corp.default", "true")],
            {"https://corp.example/simple": "default"},
        ),
        (
            [("uv", "index", "b=https://b.example/simple https://c.example/simple")],
            {"https://b.example/simple": "b"},
        ),
        (
            [("conda", "custom_channels.lab", "https://conda.example/x/")],
            {"https://conda.example/x/lab": "lab"},
        ),
        (
            [("conda", "channel_alias", "https://conda.example"), ("conda", "channels", "forge https://x.example/c")],
            {"https://conda.example/forge": "forge"},
        ),
        ([("pip", "extra-index-url", "https://extra.example/simple")], {}),
        ([("environment", "LANG", "C.UTF-8")], {}),
    ],
)
def test_what_a_manager_is_configured_with_has_its_name(
    rows: list[tuple[str, str, str]], known: dict[str, str]
) -> None:
    assert known_addresses(make_environment(settings=settings(*rows))) == known


def test_a_name_that_somebody_gave_goes_before_what_is_configured() -> None:
    environment = make_environment(settings=settings(("pip", "index-url", "https://mirror.example/simple")))
    assert known_addresses(environment, {"mirror": "https://mirror.example/simple/"}) == {
        "https://mirror.example/simple": "mirror"
    }
    assert known_addresses(None, {"here": "nowhere"}, NOTHING) == {}


def test_the_gate_keeps_the_name_in_place_of_the_address() -> None:
    known = known_addresses(None, {"corp": "https://ada:secret@pkgs.corp.example/team/simple"})
    gate = Gate(MachineValues(), known_addresses=known)
    cleaned = gate.text("--index-url https://ada:secret@pkgs.corp.example/team/simple/numpy/", place="log")
    assert cleaned == "--index-url corp/numpy/"
