from pathlib import Path

import pytest

from envkb.bench.suites import SUITES, SuiteSpec, command_suite, own_suite, parse_suite
from envkb.errors import UsageError


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("torch", SuiteSpec("torch", "quick")),
        ("torch:quick", SuiteSpec("torch", "quick")),
        ("numpy:full", SuiteSpec("numpy", "full")),
    ],
)
def test_a_suite_is_named_with_or_without_its_level(text: str, spec: SuiteSpec) -> None:
    assert parse_suite(text) == spec


@pytest.mark.parametrize("text", ["jax", "", "torch:", "torch:slow", "own", "Torch"])
def test_an_unknown_suite_or_level_is_a_usage_error_that_names_what_there_is(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_suite(text)
    assert "quick" in caught.value.hint


def test_labels_tell_suites_of_a_run_apart() -> None:
    specs = [
        *map(parse_suite, SUITES),
        SuiteSpec("torch", "full"),
        SuiteSpec("torch", threads=1),
        SuiteSpec("own", file=Path("/home/ada/one.py")),
        SuiteSpec("own", file=Path("/home/ada/two.py")),
        command_suite(("true",)),
        command_suite(("true", "1")),
    ]
    assert len({spec.label for spec in specs}) == len(specs)


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file"):
        own_suite(tmp_path / "none.py")


def test_an_own_file_is_known_by_its_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.py").write_text("def bench_nothing(): pass\n")
    monkeypatch.chdir(tmp_path)
    assert own_suite(Path("mine.py")).file == tmp_path / "mine.py"


def test_an_empty_command_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="no command"):
        command_suite(())
