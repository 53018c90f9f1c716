import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from envkb.document.codec import encode_record
from envkb.errors import InvalidDataError, UsageError
from envkb.knowledge.folder import KnowledgeBase
from envkb.knowledge.index.index import open_index
from envkb.knowledge.query.parser import parse_query
from envkb.model.fact import Status
from factory import (
    make_author,
    make_bytes,
    make_distribution,
    make_edge_case,
    make_environment,
    make_fact,
    make_host,
    make_install,
    make_link,
    make_measurement,
    make_missing,
    make_retraction,
)

PI_KEY = "00112233445566778899"
SETTINGS = 'id = "demo"\ntitle = "Demo"\n'


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    (tmp_path / "kb").mkdir()
    (tmp_path / "kb/kb.toml").write_text(SETTINGS, "utf-8")
    return KnowledgeBase.open(tmp_path)


def _titles(base: KnowledgeBase, query: str, *, public: bool = False) -> list[str]:
    with open_index(base, public=public) as index:
        return [row.title for row in index.rows(parse_query(query))]


def _states(base: KnowledgeBase, *, public: bool = False) -> dict[str, str]:
    with open_index(base, public=public) as index:
        return {row.title: row.state for row in index.rows()}


def test_a_row_tells_what_lists_need(base: KnowledgeBase) -> None:
    facts = (
        make_fact("cpu", "architecture", "x86_64"),
        make_fact("cpu", "model", "Ryzen 9 7950X"),
        make_fact("gpu/0", "name", "NVIDIA GeForce RTX 4070"),
        make_fact("gpu/1", "name", "NVIDIA GeForce RTX 3060"),
        make_fact("memory", "total_bytes", 64 * 2**30),
        make_fact("nvidia", "cuda_driver_version", "12.4"),
        make_fact("nvidia", "driver_version", "550.54.15"),
        make_fact("os", "name", "Ubuntu"),
        make_fact("os", "version", "24.04"),
        make_fact("torch", "cuda_build", "12.6"),
    )
    data = make_bytes(
        facts=facts,
        host=make_host(label="tower"),
        edge_cases=(make_edge_case(), make_edge_case("network", severity=None)),
        authors=(make_author("Ada"), make_author("Bo")),
    )
    stored = base.add(data, {})
    with open_index(base) as index:
        (row,) = index.rows()
    assert (row.id, row.digest, row.path) == (stored.id, stored.digest, str(stored.path))
    assert (row.os, row.arch, row.cpu, row.memory_bytes) == ("Ubuntu 24.04", "x86_64", "Ryzen 9 7950X", 64 * 2**30)
    assert row.gpus == ("NVIDIA GeForce RTX 4070", "NVIDIA GeForce RTX 3060")
    assert (row.driver, row.cuda_driver, row.torch_cuda) == ("550.54.15", "12.4", "12.6")
    assert (row.host, row.host_label) == (PI_KEY, "tower")
    assert (row.edges, row.severities) == (("wsl-libcuda", "network"), ("major",))
    assert row.authors == ("Ada", "Bo")
    assert (row.manager, row.python, row.prefix_kind) == ("uv", "3.13.1", "uv-venv")
    assert row.benchmarks == ("matmul",)
    assert (row.state, row.private, row.kind) == ("current", False, "experiment")


def test_what_is_unknown_is_null_never_empty_text(base: KnowledgeBase) -> None:
    nothing: dict[str, Any] = {"host": None, "environment": None, "install": None, "outcome": None}
    base.add(make_bytes(facts=(make_missing("cpu", "model"),), measurements=(), tags=(), authors=(), **nothing), {})
    with open_index(base) as index:
        (row,) = index.rows()
    unknown = (row.cpu, row.os, row.arch, row.host, row.manager, row.python, row.outcome, row.memory_bytes, row.driver)
    assert set(unknown) == {None}
    assert (row.tags, row.gpus, row.authors) == ((), (), ())


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("manager = uv", True),
        ("manager = UV", True),
        ("manager = pip", False),
        ("manager != pip", True),
        ("driver != 550", True),
        ("driver is unknown and not driver is known", True),
        ("driver >= 100 or driver < 100", False),
        ("tag = arm and tag = pi5", True),
        ("tag != arm", False),
        ("tag ~ rm", True),
        ("title ~ 'RASPBERRY PI'", True),
        ("title ~ '%'", False),
        ("title ~ '_'", False),
        ("created = 2026-11", True),
        ("created > 2026-11", False),
        ("created > 2026-11-21 and created < 2026-11-22T11:00", True),
        ("observed is known", False),
        ("python = 3.13 and python > 3.12 and python < 3.13.2", True),
        ("python == 3.13", False),
        ("memory >= 8GiB and memory < 9GB", True),
        ("package torch", True),
        ("package torch >= 2.13", True),
        ("package torch > 2.13.0", False),
        ("package torch != 2.13", False),
        ("package Torch = 2", True),
        ("package absent", False),
        ("not package absent", True),
        ("fact memory/total_bytes >= 8GiB", True),
        ("fact memory/* = 1", False),
        ("fact */total_bytes = 8GiB", True),
        ("fact cpu/model ~ cortex", True),
        ("fact cpu/model = cortex-a76", True),
        ("fact cpu/model >= 3", False),
        ("fact os/kernel_release >= 6.6", True),
        ("fact os/kernel_release < 6.6", False),
        ("fact cpu/features = avx512", True),
        ("fact cpu/secure = true", True),
        ("fact cpu/governor", False),
        ("host = 00112233445566778899", True),
        ("host = tower", False),
        ("edge = wsl-libcuda and severity = major", True),
        ("edge = network", False),
        ("benchmark = matmul", True),
        ("private = false", True),
        ("state = current and kind = experiment", True),
        ("author = 'ada example'", True),
        ("run is known", False),
        ('summary ~ "\'; DROP TABLE record; --"', False),
    ],
)
def test_a_query_selects_what_it_says(base: KnowledgeBase, query: str, *, holds: bool) -> None:
    facts = (
        make_fact(),
        make_fact("cpu", "features", ["avx2", "avx512"]),
        make_missing("cpu", "governor", Status.DENIED),
        make_fact("cpu", "secure", value=True),
        make_fact("memory", "total_bytes", 8 * 2**30),
        make_fact("os", "kernel_release", "6.6.31"),
    )
    base.add(make_bytes(facts=facts, edge_cases=(make_edge_case(),)), {})
    assert bool(_titles(base, query)) is holds


def test_what_is_no_version_fits_none(base: KnowledgeBase) -> None:
    environment = make_environment(make_distribution("tzdata", "2026-final"), make_distribution("broken", None))
    base.add(make_bytes(environment=environment), {})
    assert _titles(base, "package tzdata and package broken") != []
    assert _titles(base, "package tzdata >= 0 or package broken >= 0") == []


def test_the_newest_comes_first_and_the_limit_is_kept(base: KnowledgeBase) -> None:
    for day in (1, 3, 2):
        base.add(make_bytes(day, title=f"day {day}", created=f"2026-11-0{day}T00:00:00Z"), {})
    with open_index(base) as index:
        assert [row.title for row in index.rows(limit=2)] == ["day 3", "day 2"]
        assert index.count() == 3


def test_the_manager_of_the_install_says_more_than_that_of_the_prefix(base: KnowledgeBase) -> None:
    base.add(make_bytes(1, title="pip in a uv venv", install=make_install(manager="pip")), {})
    base.add(make_bytes(2, title="only a uv venv", install=None), {})
    assert _titles(base, "manager = pip") == ["pip in a uv venv"]
    assert _titles(base, "manager = uv") == ["only a uv venv"]


class TestKeepingUpToDate:
    def test_new_changed_and_removed_files_are_noticed(self, base: KnowledgeBase) -> None:
        first = base.add(make_bytes(1, title="one"), {})
        assert _titles(base, "title ~ ''") == ["one"]
        base.add(make_bytes(2, title="two"), {})
        assert sorted(_titles(base, "title ~ ''")) == ["one", "two"]
        (base.root / first.path).unlink()
        assert _titles(base, "title ~ ''") == ["two"]
        with open_index(base) as index:
            assert index.versions("torch").keys() == {row.id for row in index.rows()}
            assert index.search("one") == []
            assert [hit.row.title for hit in index.search("two")] == ["two"]

    def test_a_file_that_becomes_invalid_is_left_out_and_told_and_comes_back(self, base: KnowledgeBase) -> None:
        stored = base.add(make_bytes(1), {})
        base.add(make_bytes(2, title="two"), {})
        (base.root / stored.path).write_bytes(make_bytes(1)[:-5])
        with open_index(base) as index:
            assert [row.title for row in index.rows()] == ["two"]
            (problem,) = index.unreadable()
            assert problem.path == str(stored.path)
            assert "no JSON" in problem.message
        (base.root / stored.path).write_bytes(make_bytes(1))
        with open_index(base) as index:
            assert index.count() == 2
            assert index.unreadable() == []

    def test_what_is_no_file_or_far_too_large_is_left_out_without_waiting(self, base: KnowledgeBase) -> None:
        paths = [base.root / base.add(make_bytes(number), {}).path for number in range(3)]
        paths[0].unlink()
        os.mkfifo(paths[0])
        paths[1].unlink()
        paths[1].symlink_to(paths[2])
        with open_index(base) as index:
            assert index.count() == 1
            assert {problem.path for problem in index.unreadable()} == {
                str(path.relative_to(base.root)) for path in paths[:2]
            }
        with paths[2].open("r+b") as file:
            file.truncate(2 * 2**30)
        with open_index(base) as index:
            assert index.count() == 0

    def test_one_record_in_two_places_counts_once_until_one_goes(self, base: KnowledgeBase) -> None:
        private = base.add(make_bytes(), {}, private=True)
        public = base.root / "kb/records/2026" / private.path.name
        public.parent.mkdir(parents=True)
        shutil.copy(base.root / private.path, public)
        with open_index(base) as index:
            assert [row.private for row in index.rows()] == [False]
            assert [problem.path for problem in index.unreadable()] == [str(private.path)]
        public.unlink()
        with open_index(base) as index:
            assert [row.private for row in index.rows()] == [True]

    def test_labels_and_joins_of_hosts_take_effect_at_once(self, base: KnowledgeBase) -> None:
        other = "aabbccddeeff00112233"
        base.add(make_bytes(1), {})
        base.add(make_bytes(2, host=make_host(key=other)), {})
        assert _titles(base, "host = pi5") == []
        text = f'{SETTINGS}[hosts]\n{PI_KEY} = "pi5"\n{other} = "pi5"\n'
        (base.root / "kb/kb.toml").write_text(text, "utf-8")
        fresh = KnowledgeBase.open(base.root)
        with open_index(fresh) as index:
            assert {(row.host, row.host_label) for row in index.rows()} == {(PI_KEY, "pi5")}
            assert index.count(parse_query(f"host = {other}")) == 1
            assert index.count(parse_query("host = pi5")) == 2

    def test_a_host_without_key_and_label_is_known_by_its_facts(self, base: KnowledgeBase) -> None:
        nameless = make_host(key=None, key_status=Status.ABSENT, key_reason="in a container")
        warm, cold = make_fact("cpu", "temperature_c", 80), make_fact("cpu", "temperature_c", 30)
        for number, facts in enumerate([(make_fact(), warm), (make_fact(), cold), (make_fact(value="M4"),)]):
            base.add(make_bytes(number, host=nameless, facts=facts), {})
        with open_index(base) as index:
            hosts = [row.host for row in index.rows()]
        assert len(set(hosts)) == 2
        assert all(host is not None and host.startswith("facts-") for host in hosts)

    @pytest.mark.parametrize("damage", [b"", b"no database", b"SQLite format 3\0" + bytes(500)])
    def test_a_damaged_index_is_made_anew(self, base: KnowledgeBase, damage: bytes) -> None:
        base.add(make_bytes(), {})
        _titles(base, "title ~ ''")
        (base.root / ".kb/index.sqlite").write_bytes(damage)
        assert len(_titles(base, "title ~ ''")) == 1
        assert [path.name for path in (base.root / ".kb").iterdir()] == ["index.sqlite"]

    def test_an_index_damaged_in_the_middle_is_made_anew(self, base: KnowledgeBase) -> None:
        base.add(make_bytes(1), {})
        _titles(base, "title ~ ''")
        path = base.root / ".kb/index.sqlite"
        data = bytearray(path.read_bytes())
        data[4096:] = bytes(len(data) - 4096)
        path.write_bytes(data)
        base.add(make_bytes(2), {})
        assert len(_titles(base, "title ~ ''")) == 2

    def test_an_index_of_another_version_is_made_anew(self, base: KnowledgeBase) -> None:
        base.add(make_bytes(), {})
        _titles(base, "title ~ ''")
        with sqlite3.connect(base.root / ".kb/index.sqlite") as connection:
            connection.execute("PRAGMA user_version = 99")
        connection.close()
        assert len(_titles(base, "title ~ ''")) == 1

    @pytest.mark.parametrize("way", ["file", "link", "broken"])
    def test_where_no_index_can_be_kept_lists_answer_all_the_same(
        self, base: KnowledgeBase, tmp_path: Path, way: str
    ) -> None:
        base.add(make_bytes(), {})
        outside = tmp_path / "outside"
        if way == "file":
            (base.root / ".kb").write_bytes(b"in the way")
        elif way == "link":
            outside.mkdir()
            (base.root / ".kb").symlink_to(outside)
        else:
            (base.root / ".kb/index.sqlite").mkdir(parents=True)
        assert len(_titles(base, "title ~ ''")) == 1
        assert not outside.exists() or list(outside.iterdir()) == []

    def test_settings_that_cannot_be_read_are_told(self, base: KnowledgeBase) -> None:
        (base.root / "kb/kb.toml").write_text("id =", "utf-8")
        with pytest.raises(InvalidDataError, match=r"kb/kb\.toml"), open_index(KnowledgeBase(base.root)):
            pass

    def test_many_processes_at_once_agree(self, base: KnowledgeBase) -> None:
        for number in range(20):
            base.add(make_bytes(number), {})
        program = (
            "import sys; from pathlib import Path\n"
            "from envkb.knowledge.folder import KnowledgeBase\n"
            "from envkb.knowledge.index.index import open_index\n"
            "with open_index(KnowledgeBase.open(Path(sys.argv[1]))) as index: print(index.count())\n"
        )
        command = [sys.executable, "-c", program, str(base.root)]
        running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
        assert [process.communicate()[0] for process in running] == ["20\n"] * 4


class TestStates:
    def test_an_amendment_takes_the_place_of_what_it_amends(self, base: KnowledgeBase) -> None:
        old = make_bytes(1, title="old")
        base.add(old, {})
        assert _states(base) == {"old": "current"}
        base.add(make_bytes(2, title="new", links=(make_link("amends", old),)), {})
        assert _states(base) == {"old": "superseded", "new": "current"}

    def test_a_retraction_and_its_retraction(self, base: KnowledgeBase) -> None:
        old = make_bytes(1, title="old")
        retraction = encode_record(make_retraction(old, title="no"))
        base.add(old, {})
        base.add(retraction, {})
        assert _states(base) == {"old": "retracted", "no": "current"}
        base.add(encode_record(make_retraction(retraction, 2, title="yes")), {})
        assert _states(base) == {"old": "current", "no": "retracted", "yes": "current"}

    def test_two_heads_are_a_fork(self, base: KnowledgeBase) -> None:
        old = make_bytes(1, title="old")
        base.add(old, {})
        for number, title in ((2, "left"), (3, "right")):
            base.add(make_bytes(number, title=title, links=(make_link("amends", old),)), {})
        assert _states(base) == {"old": "superseded", "left": "fork", "right": "fork"}

    def test_a_link_with_a_wrong_digest_changes_nothing(self, base: KnowledgeBase) -> None:
        old = make_bytes(1, title="old")
        base.add(old, {})
        link = make_link("amends", old).model_copy(update={"digest": "0" * 64})
        base.add(make_bytes(2, title="forged", links=(link,)), {})
        assert _states(base) == {"old": "current", "forged": "current"}
        with open_index(base) as index:
            assert index.pointing_at(link.id) == []

    def test_what_private_records_say_is_not_seen_in_public(self, base: KnowledgeBase) -> None:
        old = make_bytes(1, title="old")
        base.add(old, {})
        base.add(make_bytes(2, title="secret", links=(make_link("amends", old),)), {}, private=True)
        assert _states(base) == {"old": "superseded", "secret": "current"}
        assert _states(base, public=True) == {"old": "current"}
        assert _titles(base, "state = current", public=True) == ["old"]
        assert _titles(base, "private = true") == ["secret"]

    def test_links_to_a_record_are_found(self, base: KnowledgeBase) -> None:
        old = make_bytes(1, title="old")
        stored = base.add(old, {})
        base.add(make_bytes(2, title="again", links=(make_link("reproduces", old),)), {})
        with open_index(base) as index:
            assert [(relation, row.title) for relation, row in index.pointing_at(stored.id)] == [
                ("reproduces", "again")
            ]


class TestSearch:
    @pytest.fixture
    def searched(self, base: KnowledgeBase) -> Callable[..., list[str]]:
        edge = make_edge_case(symptom="OSError: libcudnn.so.9 cannot be opened", workaround="pip install -U cudnn")
        base.add(make_bytes(1, title="Slow matmul on the tower", edge_cases=(edge,)), {})
        environment = make_environment(make_distribution("jax", "0.9.1"))
        base.add(make_bytes(2, title="Überholt", summary='Say "hello"', environment=environment), {})

        def search(text: str) -> list[str]:
            with open_index(base) as index:
                return [hit.row.title for hit in index.search(text)]

        return search

    @pytest.mark.parametrize(
        ("text", "titles"),
        [
            ("matmul", ["Slow matmul on the tower"]),
            ("MATM", ["Slow matmul on the tower"]),
            ("libcudnn.so.9", ["Slow matmul on the tower"]),
            ("jax 0.9.1", ["Überholt"]),
            ("uberholt", ["Überholt"]),
            ('"hello"', ["Überholt"]),
            ("tower jax", []),
            ("NEAR( AND OR NOT * ^ : - hello", []),
            ("title:hello", []),
        ],
    )
    def test_all_words_are_looked_for_everywhere(
        self, searched: Callable[..., list[str]], text: str, titles: list[str]
    ) -> None:
        assert searched(text) == titles

    @pytest.mark.parametrize("text", ["", "  ", '"', "- * :"])
    def test_nothing_to_search_for_is_a_usage_error(self, searched: Callable[..., list[str]], text: str) -> None:
        with pytest.raises(UsageError, match="nothing to search for"):
            searched(text)

    def test_a_hit_shows_where_and_a_query_narrows_it(self, base: KnowledgeBase) -> None:
        base.add(make_bytes(1, title="one", summary="The fan is loud"), {})
        base.add(make_bytes(2, title="two", summary="The fan is silent", outcome="failure"), {})
        with open_index(base) as index:
            (hit,) = index.search("fan", parse_query("outcome = failure and title ~ two"))
        assert hit.row.title == "two"
        assert "[fan]" in hit.excerpt


def test_measurements_are_summed_up(base: KnowledgeBase) -> None:
    base.add(make_bytes(measurements=(make_measurement(samples=(3.0, 1.0, 8.0)), make_measurement("b"))), {})
    with open_index(base) as index:
        first, second = index.measurements()
    assert (first.id, second.id) == ("b", "matmul")
    assert (second.median, second.samples, second.unit, second.better) == (3.0, 3, "ms", "lower")


def test_versions_are_told_by_record(base: KnowledgeBase) -> None:
    stored = base.add(make_bytes(), {})
    with open_index(base) as index:
        assert index.versions("torch") == {stored.id: "2.13.0"}
        assert index.versions("absent") == {}


def test_the_public_view_has_no_private_row(base: KnowledgeBase) -> None:
    base.add(make_bytes(1, title="open"), {})
    base.add(make_bytes(2, title="secret"), {}, private=True)
    with open_index(base, public=True) as index:
        assert [row.title for row in index.rows()] == ["open"]
        assert [hit.row.title for hit in index.search("torch")] == ["open"]
        assert len(index.measurements()) == 1
        assert len(index.versions("torch")) == 1


def test_a_row_that_lies_public_but_links_to_a_private_record_is_private(base: KnowledgeBase) -> None:
    secret = make_bytes(1, title="secret")
    base.add(secret, {}, private=True)
    linked = base.add(make_bytes(2, title="linked", links=(make_link("based_on", secret),)), {}, private=True)
    public = base.root / "kb/records/2026" / linked.path.name
    public.parent.mkdir(parents=True)
    (base.root / linked.path).rename(public)
    assert sorted(_titles(base, "private = true")) == ["linked", "secret"]
    assert _states(base, public=True) == {}
