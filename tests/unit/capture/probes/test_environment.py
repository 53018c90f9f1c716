"""One environment as a whole: its value and its facts."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment_snapshots import INTERPRETER, VENV, conda_package, conda_told, distribution, snapshot, told
from envkb.capture.probes.environment import environment, found_lock, probe
from envkb.capture.probes.observations import Observations
from envkb.capture.snapshot import Snapshot, Source
from envkb.model.fact import Fact, Status
from envkb.model.value import Origin
from envkb.model.vocabulary.environment import TERMS


def facts(seen: Snapshot) -> dict[tuple[str, str], Fact]:
    notes = Observations()
    probe(seen, notes)
    return {(fact.subject, fact.name): fact for fact in notes.facts()}


def values(seen: Snapshot, subject: str) -> dict[str, Any]:
    return {name: fact.value for (about, name), fact in facts(seen).items() if about == subject and fact.status == "ok"}


def test_an_environment_is_told_whole() -> None:
    seen = snapshot(
        told(pyvenv_cfg=f"{VENV}uv = 0.13.9\n", distributions=[distribution("torch", "2.13.0+cpu", installer="uv")]),
        target={"asked": None, "kind": "VIRTUAL_ENV", "prefix": "/home/ada/p/.venv"},
        locks=[{"name": "uv.lock", "beside": "prefix", "text": "version = 1\n"}],
        variables={"OMP_NUM_THREADS": "4"},
    )
    made = environment(seen)
    assert (made.origin, made.prefix_kind, made.manager) == (Origin.CAPTURED, "uv-venv", "uv")
    assert (made.selected_by, made.python_version, made.python_implementation) == ("VIRTUAL_ENV", "3.12.4", "CPython")
    assert [(row.name, row.version) for row in made.distributions] == [("torch", "2.13.0+cpu")]
    assert [(row.tool, row.name) for row in made.settings] == [("environment", "OMP_NUM_THREADS")]
    assert made.lock.format == "uv.lock"
    lock = found_lock(seen)
    assert lock is not None
    assert (lock.name, lock.format, lock.text) == ("uv.lock", "uv.lock", "version = 1\n")


@pytest.mark.parametrize(
    ("target", "selected"),
    [
        ({"kind": "CONDA_PREFIX"}, "CONDA_PREFIX"),
        ({"kind": "own"}, "kb itself"),
        ({"kind": "name"}, "--python"),
        ({"kind": "python"}, "--python"),
        (None, "not told"),
    ],
)
def test_it_says_why_this_one_was_read(target: dict[str, str] | None, selected: str) -> None:
    assert environment(snapshot(told(), target=target)).selected_by == selected


def test_facts_of_a_venv() -> None:
    editable = {"direct_url": {"url": "file:///home/ada/p", "dir_info": {"editable": True}}}
    files = [{"site": 0, "file": "old.pth", "paths": [{"path": "/home/ada/gone", "exists": False}], "imports": 0}]
    seen = snapshot(
        told(
            pyvenv_cfg=f"{VENV}uv = 0.13.9\n",
            distributions=[distribution("p", installer="uv", **editable), distribution("six", size_bytes=None)],
            path_files=files,
        ),
        locks=[{"name": "uv.lock"}],
        config_files={"pip": [{"path": "/etc/pip.conf", "text": "x"}]},
    )
    told_facts = values(seen, "environment")
    unreadable = told_facts.pop("configuration_unreadable")
    assert told_facts == {
        "prefix_kind": "uv-venv",
        "manager": "uv",
        "manager_version": "0.13.9",
        "base_packages_visible": False,
        "externally_managed": False,
        "installers": ["pip 1", "uv 1"],
        "distributions": 2,
        "distributions_size_bytes": 1000,
        "editable": ["p"],
        "native_libraries": 0,
        "problems": 0,
        "dangling_path_files": ["old.pth: /home/ada/gone"],
        "lock_files": ["uv.lock"],
    }
    assert unreadable[0].startswith("/etc/pip.conf: ")


def test_facts_of_a_conda_prefix() -> None:
    numpy = conda_package("numpy", "2.4.6", distributions=["numpy-2.4.6.dist-info"])
    cuda = conda_package("cuda-cudart", notable=["lib/libcudart.so.12"])
    rows = [distribution("numpy", "2.4.6", installer="conda"), distribution("six", installer="uv")]
    told_facts = values(snapshot(conda_told(numpy, cuda, distributions=rows)), "environment")
    assert told_facts["mixed_installers"] is True
    assert told_facts["installers"] == ["conda 1", "uv 1"]
    assert (told_facts["distributions"], told_facts["conda_packages"], told_facts["native_libraries"]) == (2, 1, 1)
    assert told_facts["distributions_size_bytes"] == 7000


def test_facts_of_the_interpreter_name_their_provider() -> None:
    told_facts = values(snapshot(told()), "python")
    assert (told_facts["version"], told_facts["provider"]) == ("3.12.4", "system")
    debian = Snapshot({**snapshot(told()).sources, **Snapshot.of({"/etc/debian_version": "13.1\n"}).sources})
    assert values(debian, "python")["provider"] == "debian"


def test_what_is_looked_for_and_not_there_says_so() -> None:
    venv = facts(snapshot(told()))
    assert venv["environment", "dangling_path_files"].status is Status.ABSENT
    assert venv["environment", "editable"].status is Status.ABSENT


def test_what_cannot_apply_takes_no_room() -> None:
    assert ("python", "macos_target") not in facts(snapshot(conda_told()))
    assert ("environment", "conda_packages") not in facts(snapshot(told()))


def test_what_every_reader_looks_for_is_never_silent() -> None:
    unread = facts(Snapshot({"kb:environment": Source("kb:environment", "timeout", reason="no answer")}))
    for key in (("python", "version"), ("environment", "prefix_kind"), ("environment", "distributions")):
        assert (unread[key].status, unread[key].reason) == (Status.TIMEOUT, "no answer")


def test_every_fact_has_a_term_of_its_type() -> None:
    types = {"str": str, "int": int, "bool": bool, "list": list, "float": float}
    known = {(term.subject, term.name): types[term.kind] for term in TERMS}
    interpreter = {**INTERPRETER, "platform": "macosx-14.0-arm64", "macos_target": "14.0"}
    for seen in (snapshot(told(interpreter=interpreter)), snapshot(conda_told())):
        for (subject, name), fact in facts(seen).items():
            kind = known["manager/*" if subject.startswith("manager/") else subject, name]
            assert fact.value is None or type(fact.value) is kind


@pytest.mark.parametrize(
    ("source", "status", "reason"),
    [
        (
            Source("kb:environment", "failed", reason="x is not a Python interpreter"),
            "failed",
            "x is not a Python interpreter",
        ),
        (Source("kb:environment", "timeout", reason="took 10 s"), "timeout", "took 10 s"),
        (Source("kb:environment", text="{"), "failed", "kb:environment cannot be read"),
        (None, "not_read", "not collected"),
    ],
)
def test_an_interpreter_that_did_not_start_leaves_reasons_and_no_guess(
    source: Source | None, status: str, reason: str
) -> None:
    seen = Snapshot({"kb:environment": source} if source else {})
    made = environment(seen)
    assert (made.prefix_kind, made.manager, made.python_version, made.distributions) == (None, None, None, ())
    told_facts = facts(seen)
    for name in (("python", "version"), ("environment", "prefix_kind"), ("environment", "distributions")):
        assert (told_facts[name].status, told_facts[name].reason) == (status, reason)


def test_managers_tell_their_versions_by_file_or_by_command() -> None:
    found = {
        "uv": {"path": "/usr/bin/uv", "version": None, "reason": "see `uv --version`"},
        "pip": {"path": "/usr/bin/pip", "version": "26.3", "source": "/usr/lib/pip-26.3.dist-info"},
        "conda": {"path": "/opt/c/bin/conda", "version": None, "reason": "no file beside it tells"},
        "micromamba": {"path": "/usr/bin/micromamba", "version": None},
        "hatch": {"path": "/usr/bin/hatch", "version": "1.16"},
    }
    commands = Snapshot.of({"uv --version": "uv 0.13.9 (abc 2026-11-01)\n", "micromamba --version": "2.5.0\n"})
    seen = Snapshot({**snapshot(told(), managers=found).sources, **commands.sources})
    told_facts = facts(seen)
    versions = {name: told_facts[f"manager/{name}", "version"] for name in found}
    assert {name: fact.value for name, fact in versions.items()} == {
        "uv": "0.13.9",
        "pip": "26.3",
        "conda": None,
        "micromamba": "2.5.0",
        "hatch": "1.16",
    }
    assert told_facts["manager", "present"].value == sorted(found)
    assert versions["uv"].source == "uv --version"
    assert (versions["conda"].status, versions["conda"].reason) == (Status.NOT_READ, "no file beside it tells")


def test_managers_that_were_not_looked_for_are_not_called_absent() -> None:
    assert facts(snapshot(told()))["manager", "present"].status is Status.NOT_READ
    assert facts(snapshot(told(), managers={}))["manager", "present"].status is Status.ABSENT


@pytest.mark.parametrize("printed", ["", "uv", "error: no such command", "uv: 5", "\n"])
def test_a_manager_that_prints_something_else_has_no_version(printed: str) -> None:
    seen = Snapshot({**snapshot(told(), managers={"uv": {}}).sources, **Snapshot.of({"uv --version": printed}).sources})
    assert facts(seen)["manager/uv", "version"].value is None


def test_texts_that_no_file_can_hold_are_cleaned() -> None:
    made = environment(snapshot(told(distributions=[distribution("six", "1.0\ud800")])))
    assert made.distributions[0].version == "1.0?"
    made.model_dump_json()


KEYS = st.sampled_from(
    [
        *("prefix", "interpreter", "pyvenv_cfg", "externally_managed", "marks", "sites", "distributions", "path_files"),
        *("conda", "packages", "history", "pixi", "name", "version", "dir", "site", "direct_url", "url", "vcs_info"),
        *(
            "paths",
            "path",
            "exists",
            "file",
            "role",
            "notable",
            "tags",
            "installer",
            "problem",
            "text",
            "beside",
            "pip",
        ),
        *("uv", "kind", "requested_specs", "channel", "subdir", "size_bytes", "egg_link", "tool", "global"),
    ]
)
GARBAGE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | KEYS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=40,
)


@given(GARBAGE, GARBAGE, GARBAGE)
def test_no_json_breaks_the_probe(one: Any, other: Any, third: Any) -> None:
    texts = {
        "kb:environment": one,
        "kb:target": third,
        "kb:config-files": {"pip": other, "uv": third, "conda": other},
        "kb:variables": third,
        "kb:locks": other,
        "kb:managers": third,
    }
    seen = Snapshot.of({name: json.dumps(value) for name, value in texts.items()})
    environment(seen)
    found_lock(seen)
    facts(seen)


@given(GARBAGE)
def test_no_change_of_a_true_answer_breaks_the_probe(change: Any) -> None:
    whole = conda_told(conda_package("x"), distributions=[distribution("six")])
    for name in whole:
        seen = snapshot({**whole, name: change})
        environment(seen)
        facts(seen)
