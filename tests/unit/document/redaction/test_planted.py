"""No secret stays, wherever it stands."""

import json

import pytest

from envkb.document.redaction import Gate, MachineValues, find_leaks
from planted_secrets import ALL, BY_FORM, MACHINE, Plant

WRAPPINGS = (
    "{}",
    "first line\n{}\nlast line",
    "  {}  ",
    '"{}"',
    "({})",
    "x={}",
    "see `{}`.",
    "\x1b[32m{}\x1b[0m",
    "[info] {}, done",
)


def ids(plants: tuple[Plant, ...]) -> list[str]:
    return [f"{plant.kind}-{number}" for number, plant in enumerate(plants)]


def assert_gone(plant: Plant, text: str) -> None:
    for part in plant.gone:
        assert part.lower() not in text.lower()


@pytest.mark.parametrize("plant", ALL, ids=ids(ALL))
def test_a_secret_in_a_text_is_gone(plant: Plant) -> None:
    gate = Gate(MACHINE)
    clean = gate.text(plant.text, place="a note")

    assert_gone(plant, clean)
    assert f"<{plant.kind}" in clean or plant.kind == "token"
    assert plant.kind in dict(gate.counts())


@pytest.mark.parametrize("plant", BY_FORM, ids=ids(BY_FORM))
def test_a_secret_is_known_by_its_form_on_any_machine(plant: Plant) -> None:
    assert_gone(plant, Gate(MachineValues()).text(plant.text, place="a note"))


@pytest.mark.parametrize("plant", [plant for plant in BY_FORM if plant.kind != "index"])
def test_a_secret_in_a_stored_file_is_a_leak(plant: Plant) -> None:
    leaks = find_leaks(f"one\n{plant.text}\n")

    assert leaks
    assert all(leak.line >= 2 for leak in leaks)
    assert find_leaks(Gate(MachineValues()).text(plant.text, place="a note")) == []


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_a_secret_is_gone_whatever_surrounds_it(wrapping: str) -> None:
    for plant in ALL:
        if "\n" not in plant.text and not plant.text.startswith(("grace:x", "drwx")):
            clean = Gate(MACHINE).text(wrapping.format(plant.text), place="a note")
            assert_gone(plant, clean)


@pytest.mark.parametrize("plant", ALL, ids=ids(ALL))
def test_a_secret_is_gone_from_the_strings_of_a_record(plant: Plant) -> None:
    gate = Gate(MACHINE)
    tree = {"authors": [{"name": "adalovelace"}], "notes": [{"text": f"a\n{plant.text}\nb"}], "facts": [plant.text]}
    clean = gate.tree(tree)  # type: ignore[arg-type]

    assert isinstance(clean, dict)
    assert clean["authors"] == tree["authors"]
    assert_gone(plant, json.dumps([clean["notes"], clean["facts"]], ensure_ascii=False))
    gate.verify(json.dumps(clean).encode(), name="the record")


@pytest.mark.parametrize("plant", ALL, ids=ids(ALL))
@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_secret_is_gone_from_json_which_stays_json(plant: Plant, *, ascii_only: bool) -> None:
    gate = Gate(MACHINE)
    data = json.dumps({"log": f"é\n{plant.text}\n", "list": [1, plant.text]}, ensure_ascii=ascii_only, indent=3)
    clean = gate.blob(data.encode(), name="a log").decode()

    assert_gone(plant, json.dumps(json.loads(clean), ensure_ascii=False))
    gate.verify(clean.encode(), name="a log")


@pytest.mark.parametrize("plant", ALL, ids=ids(ALL))
def test_a_secret_is_gone_from_json_inside_of_a_text_which_stays_json(plant: Plant) -> None:
    gate = Gate(MACHINE)
    clean = gate.text(json.dumps({"log": f"a\n{plant.text}\nb", "list": ["é", plant.text]}), place="a source")

    assert_gone(plant, json.dumps(json.loads(clean), ensure_ascii=False))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_a_secret_is_gone_in_every_encoding(encoding: str) -> None:
    for plant in ALL:
        text = f"Größe: 12\r\n{plant.text}\r\n"
        gate = Gate(MACHINE)
        clean = gate.blob(text.encode(encoding), name="a log")
        assert_gone(plant, clean.decode(encoding))
        assert clean.decode(encoding).startswith("Größe: 12\r\n")
        gate.verify(clean, name="a log")
