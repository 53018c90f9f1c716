from pathlib import Path

import pytest

from envkb.errors import UsageError
from envkb.experiment.run.asking import plan_of
from envkb.experiment.run.settled import restored, settled, with_addresses, with_plain_names
from envkb.managers import Sources
from envkb.model.plan import Plan

URL = "https://ada:secret@wheels.example/private"


def plan(*requirements: str, **request: object) -> Plan:
    return plan_of(requests=({"name": "demo", "requirements": requirements or ("demo",), **request},), managers=("uv",))


def test_an_address_gets_a_name_that_records_can_keep(tmp_path: Path) -> None:
    found = settled(plan(indexes=(URL, "default", URL + "/2"), channels=("conda-forge", URL)), tmp_path, Sources())
    assert found.requests[0].indexes == ("index-1", "default", "index-2")
    assert {row.name: row.url for row in found.indexes} == {"index-1": URL, "index-2": URL + "/2"}
    assert found.requests[0].channels == ("conda-forge", "channel-1")


def test_an_address_that_has_a_name_keeps_it(tmp_path: Path) -> None:
    known = Sources(indexes={"own": URL, "index-1": "https://other.example/x"})
    found = settled(plan(indexes=(URL, "https://third.example/simple")), tmp_path, known)
    assert found.requests[0].indexes == ("own", "index-2")
    assert settled(found, tmp_path, known) == found


def test_paths_are_made_whole(tmp_path: Path) -> None:
    wheel = tmp_path / "demo-1.0-py3-none-any.whl"
    wheel.touch()
    found = settled(plan("./demo-1.0-py3-none-any.whl", constraints=("core<2",)), tmp_path, Sources())
    assert found.requests[0].requirements == (f"demo @ {wheel.as_uri()}",)
    with pytest.raises(UsageError, match="is no requirement"):
        settled(plan("demo", constraints=("core<",)), tmp_path, Sources())


def test_a_name_of_the_plan_gets_an_address() -> None:
    found = with_addresses(with_plain_names(plan(indexes=("own", "<index-1>"))), [f"own={URL}", f"<index-1>={URL}"], [])
    assert {row.name: row.url for row in found.indexes} == {"own": URL, "index-1": URL}
    assert found.requests[0].indexes == ("own", "index-1")
    again = with_addresses(found, ["own=https://other.example/x"], [])
    assert again.indexes[0].url == "https://other.example/x"
    backend = with_addresses(plan(torch_backend="cpu"), ["pytorch=https://wheels.example/whl"], [])
    assert backend.indexes[0].name == "pytorch"


@pytest.mark.parametrize("text", [f"other={URL}", URL, "own"])
def test_what_the_plan_does_not_name_is_refused_without_its_password(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        with_addresses(plan(indexes=("own",)), [text], [])
    assert "secret" not in caught.value.message + caught.value.hint


def test_the_home_folder_of_a_record_is_that_of_this_machine() -> None:
    flags = ({"manager": "uv", "flags": ("--find-links=<home>/wheels",)},)
    found = restored(plan(flags=flags), Path('/home/ada "x"'))
    assert found.requests[0].flags[0].flags == ('--find-links=/home/ada "x"/wheels',)


def test_what_records_do_not_keep_is_told() -> None:
    with pytest.raises(UsageError, match="the plan names <prefix>"):
        restored(plan(flags=({"manager": "uv", "flags": ("--find-links=<prefix>/wheels",)},)), Path("/home/ada"))
