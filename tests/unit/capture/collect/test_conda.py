import json
from pathlib import Path

from envkb.capture.collect.conda import read_conda_meta

RECORD = {
    "name": "numpy",
    "version": "2.4.1",
    "build": "py312h1234567_0",
    "build_number": 0,
    "channel": "https://channel.example/conda-forge/linux-64",
    "subdir": "linux-64",
    "size": 8000000,
    "md5": "0" * 32,
    "sha256": "1" * 64,
    "fn": "numpy-2.4.1-py312h1234567_0.conda",
    "url": "https://channel.example/conda-forge/linux-64/numpy-2.4.1-py312h1234567_0.conda",
    "requested_spec": "numpy",
    "link": {"source": "/pkgs/numpy", "type": 1},
    "files": ["lib/libopenblas.so.0", "lib/python3.12/site-packages/numpy/__init__.py"],
    "depends": ["python"],
}


def meta(prefix: Path, **files: str) -> Path:
    (prefix / "conda-meta").mkdir()
    for name, text in files.items():
        (prefix / "conda-meta" / name.replace("__", ".")).write_text(text)
    return prefix


def test_another_prefix_has_no_conda_meta(tmp_path: Path) -> None:
    assert read_conda_meta(str(tmp_path)) is None


def test_a_package_keeps_what_identifies_it(tmp_path: Path) -> None:
    told = read_conda_meta(str(meta(tmp_path, numpy__json=json.dumps(RECORD), history="==> 2026 <==\n")))
    assert told is not None
    (package,) = told["packages"]
    assert package == {
        **{key: RECORD[key] for key in package.keys() & RECORD.keys()},
        "link_type": 1,
        "notable": ["lib/libopenblas.so.0"],
    }
    assert {"name", "version", "build", "channel", "subdir", "size", "md5", "sha256", "fn", "requested_spec"} <= set(
        package
    )
    assert told["history"] == "==> 2026 <==\n"


def test_a_corrupt_record_is_a_problem_and_the_others_stay(tmp_path: Path) -> None:
    told = read_conda_meta(
        str(meta(tmp_path, a__json="{", b__json=json.dumps(RECORD), c__json="[]", d__json='{"name": "d"}'))
    )
    assert told is not None
    assert [row.get("problem") for row in told["packages"]] == [
        "cannot be read: JSONDecodeError",
        None,
        "cannot be read: AttributeError",
        "it has no name or no version",
    ]


def test_the_mark_of_pixi_comes_along(tmp_path: Path) -> None:
    told = read_conda_meta(str(meta(tmp_path, pixi='{"pixi_version": "0.60.0"}')))
    assert told == {"packages": [], "pixi": '{"pixi_version": "0.60.0"}'}


def test_a_long_history_keeps_its_end(tmp_path: Path) -> None:
    told = read_conda_meta(str(meta(tmp_path, history="old\n" * 30000 + "new\n")))
    assert told is not None
    assert told["history"].endswith("new\n")
    assert len(told["history"]) <= 64 * 1024
