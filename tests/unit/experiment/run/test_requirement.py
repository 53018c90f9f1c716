from pathlib import Path

import pytest

from envkb.errors import UsageError
from envkb.experiment.run.requirement import checked_requirement, named, shown


@pytest.mark.parametrize(
    "text",
    [
        "numpy",
        "numpy==2.4.6",
        "torch[extra]>=2 ; python_version > '3.9'",
        "demo @ https://wheels.example/demo-1.0-py3-none-any.whl",
        "https://wheels.example/demo-1.0-py3-none-any.whl",
        "git+https://code.example/demo@v1",
        "demo==1.0 --hash=sha256:00 --hash=sha256:11",
    ],
)
def test_what_managers_read_stays_as_it_was_said(text: str, tmp_path: Path) -> None:
    assert checked_requirement(text, tmp_path) == text


@pytest.mark.parametrize(
    ("file", "said", "name"),
    [
        ("dist/demo-1.0-py3-none-any.whl", "./dist/demo-1.0-py3-none-any.whl", "demo"),
        ("demo-1.0-py3-none-any.whl", "demo-1.0-py3-none-any.whl", "demo"),
        ("my wheels/Demo_Two-1.0.tar.gz", "my wheels/Demo_Two-1.0.tar.gz[extra]", "demo-two[extra]"),
        ("demo-1.0-py3-none-any.whl", "./demo-1.0-py3-none-any.whl --hash=sha256:00", "demo"),
    ],
)
def test_a_path_is_whole_and_tells_the_name_of_what_it_holds(tmp_path: Path, file: str, said: str, name: str) -> None:
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.touch()
    hashed = " --hash=sha256:00" if "--hash" in said else ""
    assert checked_requirement(said, tmp_path) == f"{name} @ {path.as_uri()}{hashed}"


@pytest.mark.parametrize(
    "text", ['[project]\nname = "demo"\n', '[tool.poetry]\nname = "demo"\n'], ids=["standard", "poetry"]
)
def test_a_folder_is_called_what_its_project_is_called(tmp_path: Path, text: str) -> None:
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "pyproject.toml").write_text(text)
    assert checked_requirement("./lab", tmp_path) == f"demo @ {(tmp_path / 'lab').as_uri()}"


def test_a_folder_that_only_its_build_can_name_is_an_address(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "setup.py").touch()
    assert checked_requirement("./old", tmp_path) == (tmp_path / "old").as_uri()
    with pytest.raises(UsageError, match="tells no name"):
        checked_requirement("./old[extra]", tmp_path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("numpy==", "is no requirement"),
        ("num py", "is no requirement"),
        ("", "is no requirement"),
        ("--pre", "is no requirement"),
        ("numpy\n--index-url https://wheels.example/simple", "is no requirement"),
        ("./absent-1.0-py3-none-any.whl", "there is no file or folder './absent-1.0-py3-none-any.whl'"),
        ("absent-1.0-py3-none-any.whl", "there is no file or folder 'absent"),
        ("./odd.whl", "odd.whl cannot be installed"),
        ("./odd.tar.gz", "odd.tar.gz cannot be installed"),
        ("./bare", "tells no name"),
    ],
)
def test_what_is_no_requirement_is_refused_with_what_to_write(tmp_path: Path, text: str, words: str) -> None:
    for name in ("odd.whl", "odd.tar.gz"):
        (tmp_path / name).touch()
    (tmp_path / "bare").mkdir()
    with pytest.raises(UsageError, match=words) as caught:
        checked_requirement(text, tmp_path)
    assert caught.value.hint
    assert "\n" not in caught.value.message


def test_no_message_tells_a_password(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        checked_requirement("demo @ @ https://ada:secret@wheels.example/x y", tmp_path)
    assert "secret" not in caught.value.message
    assert shown("https://ada:secret@wheels.example/x@y") == "https://wheels.example/x@y"


def test_a_name_is_found_before_digests() -> None:
    found = named("demo==1.0 --hash=sha256:00")
    assert found is not None
    assert (found.name, str(found.specifier)) == ("demo", "==1.0")
    assert named("https://wheels.example/demo.whl") is None
