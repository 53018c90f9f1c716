"""Benchmarks on a machine without kb: the file that runs there, and the record of what it prints."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench_documents import make_document, make_failed, make_row
from envkb.cli import main
from envkb.document.codec import decode_record
from envkb.model.value import Origin


def write(folder: Path, *results: dict[str, object], **changes: object) -> str:
    path = folder / "results.json"
    path.write_text("\n" + json.dumps(make_document(*results, **changes)) + "\n")
    return str(path)


def test_the_file_runs_alone_and_its_results_become_a_record(
    base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "there" / "kb_bench.py"
    program.parent.mkdir()
    assert main(["run", "--alone", str(program)]) == 0
    args = [sys.executable, "-S", str(program), "--suite", "python"]
    done = subprocess.run(args, capture_output=True, cwd=program.parent, check=True)
    (tmp_path / "results.json").write_bytes(done.stdout)
    capsys.readouterr()
    assert main(["import", str(tmp_path / "results.json")]) == 0
    assert "added" in capsys.readouterr().out
    (path,) = (base / "kb/records").rglob("*.json")
    record = decode_record(path.read_bytes())
    assert record.title.startswith("Benchmarks of CPython ")
    assert (record.outcome, record.host, record.environment, record.facts) == ("success", None, None, ())
    duration = next(row for row in record.measurements if row.quantity == "duration")
    assert (duration.id, duration.origin, duration.raw_sha256) == (
        "python.startup",
        Origin.IMPORTED,
        record.attachments[0].sha256,
    )
    assert main(["check"]) == 0


def test_without_a_file_it_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--alone", "-"]) == 0
    compile(capsys.readouterr().out, "kb_bench.py", "exec")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--alone", str(tmp_path / "gone" / "kb_bench.py")]) != 0
    assert "gone" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (["numpy"], "what to install is about a run"),
        (["--", "true"], "a command behind -- is about a run"),
        (["--with", "uv"], "--with is about a run"),
        (["--bench", "torhc"], "no suite 'torhc'"),
        (["--bench", "mine.py"], "mine.py is a file of its own already"),
    ],
)
def test_a_file_to_run_alone_is_no_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], said: list[str], words: str
) -> None:
    assert main(["run", "--alone", str(tmp_path / "kb_bench.py"), *said]) == 2
    assert words in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_how_the_file_is_run_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--bench", "io", "--bench", "torch:full", "--alone", str(tmp_path / "there.py")]) == 0
    assert "python there.py --suite io --suite torch:full > results.json" in capsys.readouterr().err


def test_results_that_were_imported_are_left_alone(
    base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results = write(tmp_path, make_row())
    assert main(["import", results]) == 0
    assert main(["import", results]) == 0
    assert "was there" in capsys.readouterr().out
    assert len(list((base / "kb/records").rglob("*.json"))) == 1


@pytest.mark.parametrize(
    ("results", "outcome"),
    [([make_row()], "success"), ([make_row(), make_failed("svd")], "partial"), ([make_failed("svd")], "failure")],
    ids=["all", "some", "none"],
)
def test_what_went_wrong_is_part_of_the_record(
    base: Path, tmp_path: Path, results: list[dict[str, object]], outcome: str
) -> None:
    assert main(["import", write(tmp_path, *results)]) == 0
    (path,) = (base / "kb/records").rglob("*.json")
    record = decode_record(path.read_bytes())
    assert record.outcome == outcome
    assert bool(record.edge_cases) == (outcome != "success")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"schema": "envkb.bench/1", "x": NaN}', "NaN is no number"),
        ('{"schema": "envkb.bench/1", "results": 3}', "the key is missing"),
        (json.dumps(make_document()), "stopped before it measured anything"),
        ('{"schema": "envkb.bench/2"}', "no record in it can be read"),
        ('{"schema": "envkb.bench/1", ', "no envkb.bench/1 document"),
    ],
    ids=["nan", "type", "empty", "version", "cut"],
)
def test_a_damaged_file_is_refused_by_name_and_costs_no_other(
    base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    (tmp_path / "bad.json").write_text(text)
    assert main(["import", str(tmp_path / "bad.json"), write(tmp_path, make_row())]) == 3
    told = capsys.readouterr().err
    assert "bad.json" in told
    assert said in told
    assert len(list((base / "kb/records").rglob("*.json"))) == 1
