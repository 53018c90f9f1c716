"""Requirement files as people and tools write them; pip's own reading of them decides."""

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envkb.errors import InvalidDataError, KbError, UsageError
from envkb.experiment.run.requirement_files import read_lines, read_requirements
from envkb.experiment.run.wanted import Wanted


def read(folder: Path, text: str | bytes) -> Wanted:
    data = text if isinstance(text, bytes) else text.encode()
    (folder / "a.txt").write_bytes(data)
    return read_requirements(folder / "a.txt", folder)


def test_comments_digests_markers_and_further_files(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("core\n-r a.txt\n")
    (tmp_path / "c.txt").write_text("core<2\n-r d.txt\n")
    (tmp_path / "d.txt").write_text("other<3\n")
    wanted = read(
        tmp_path,
        "numpy==2.4.6 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n# nothing\n\n"
        "demo>=1 ; os_name == 'nt'  # why\n-rb.txt\n--constraint=c.txt\n",
    )
    assert wanted.requirements == (
        "numpy==2.4.6 --hash=sha256:00 --hash=sha256:11",
        "demo>=1 ; os_name == 'nt'",
        "core",
    )
    assert wanted.constraints == ("core<2", "other<3")


@pytest.mark.parametrize(
    "text",
    [
        "# a comment \\\nsix\n",  # a comment does not go on, and takes nothing with it
        "six\\\n",
        "si\\\nx\n",
        "six \\\n# why\n",
        "six#egg\n".replace("#egg", "  #egg"),
        "\tsix\r\n",
    ],
)
def test_lines_go_on_as_they_do_for_pip(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text).requirements == ("six",)


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF8 + "six # é".encode(),
        "six # é".encode("utf-16"),
        codecs.BOM_UTF16_BE + "six".encode("utf-16-be"),
        "six".encode("utf-32"),
        "# -*- coding: latin-1 -*-\nsix # é".encode("latin-1"),
        "#!x\n# vim: set fileencoding=cp1252 :\nsix # €".encode("cp1252"),
    ],
)
def test_marks_and_cookies_say_the_encoding(tmp_path: Path, data: bytes) -> None:
    assert read(tmp_path, data).requirements == ("six",)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("six # é".encode("latin-1"), "byte 6 is not UTF-8"),
        (b"# coding: klingon\nsix", "no encoding klingon"),
        (b"# coding: ascii\nsix # \xc3\xa9", "is not ascii"),
    ],
)
def test_an_encoding_that_is_none_is_said(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(InvalidDataError, match=words):
        read(tmp_path, data)


@pytest.mark.parametrize(
    ("text", "indexes"),
    [
        ("-i https://one.example/simple", ("https://one.example/simple",)),
        ("--extra-index-url https://two.example/simple", ("https://two.example/simple", "default")),
        (
            "--extra-index-url=https://two.example/simple\n--index-url 'https://one.example/simple'",
            ("https://two.example/simple", "https://one.example/simple"),
        ),
        ("six", ()),
    ],
)
def test_an_index_beside_the_default_leaves_it_where_it_is(tmp_path: Path, text: str, indexes: tuple[str, ...]) -> None:
    assert read(tmp_path, f"{text}\nsix\n").indexes == indexes


@pytest.mark.parametrize(
    ("line", "words", "hint"),
    [
        ("-e .", "-e is not understood", "leave -e out"),
        ("--editable ./lab", "--editable is not understood", "./lab alone"),
        ("-f /opt/wheels", "-f is not understood", "--flag uv=--find-links=/opt/wheels --flag pip=--find-links="),
        ("--no-index", "--no-index is not understood", "--flag uv=--no-index --flag pip=--no-index"),
        ("--no-binary :all:", "--no-binary is not understood", "--flag uv=--no-binary=:all:"),
        ("--use-feature x", "--use-feature is not understood", "leave it out"),
        ("-r https://files.example/r.txt", "-r names an address", "fetch the file"),
        ("demo --global-option=x", "--global-option behind a requirement", "leave it out"),
        ("no requirement at all", "'no requirement at all' is no requirement", "write numpy"),
        ("demo ${TOKEN}", "is no requirement", "write numpy"),
    ],
)
def test_what_only_pip_understands_is_refused_by_its_line(tmp_path: Path, line: str, words: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, f"# one\n\nsix \\\n  >=1\n{line}\n")
    assert caught.value.message.startswith("a.txt, line 5: ")
    assert words in caught.value.message
    assert hint in caught.value.hint


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no file .*absent\.txt"):
        read(tmp_path, "-r absent.txt\n")


def test_a_chain_of_files_has_an_end(tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / f"{number}.txt").write_text(f"-r {number + 1}.txt\n")
    with pytest.raises(UsageError, match="one requirement file too many"):
        read(tmp_path, "-r 0.txt\n")


def test_paths_are_relative_to_the_folder_that_was_said(tmp_path: Path) -> None:
    wheel = tmp_path / "demo-1.0-py3-none-any.whl"
    wheel.touch()
    assert read(tmp_path, "./demo-1.0-py3-none-any.whl\n").requirements == (f"demo @ {wheel.as_uri()}",)


def test_lines_of_another_file_are_read_likewise(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("six\n")
    wanted = read_lines(["-r b.txt", "attrs", "--extra-index-url https://two.example/simple"], tmp_path / "env.yml")
    assert (wanted.requirements, wanted.indexes) == (("six", "attrs"), ("https://two.example/simple", "default"))
    with pytest.raises(UsageError, match=r"env\.yml, under pip: -e is not understood"):
        read_lines(["-e ."], tmp_path / "env.yml")


@given(st.one_of(st.text(), st.builds("{} {}".format, st.sampled_from(["-r", "-c", "./", "~"]), st.text())))
def test_any_text_is_read_or_refused_in_one_line(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp()
    try:
        read(folder, text.encode("utf-8", "surrogatepass"))
    except KbError as error:
        assert len(error.message.splitlines()) == 1  # noqa: PT017 - a refusal is one of two right answers
