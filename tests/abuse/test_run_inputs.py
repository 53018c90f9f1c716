"""Whatever is said to `kb run` and cannot be meant: one line, a hint, the right exit code, and nothing is started."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from envkb.cli import main
from envkb.document.codec import decode_record
from envkb.knowledge.creation import create_knowledge_base
from envkb.managers import MANAGERS, look_for
from envkb.model.record import Record
from envkb.process import run
from manager_jobs import make_wheel
from planted import every_byte

UV = look_for(MANAGERS["uv"], run, os.environ)
SECRET = "hunter2-hunter2"
MANY = ", ".join(f'"3.{number}"' for number in range(2500))
REQUEST = '[[requests]]\nname = "demo"\nrequirements = ["demo"]\n'

real = [pytest.mark.real, pytest.mark.skipif(UV.tool is None, reason=str(UV.reason))]


class Place:
    """A knowledge base, wheels, environments, and a folder of caches in which nothing may stay.

    Attributes:
        root: The knowledge base, and the current folder.
        cache: What stands for the user's own caches.
        wheels: A folder of wheels.
    """

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Make all of it."""
        self.root, self.cache, self.wheels = root / "base", root / "cache", root / "wheels"
        create_knowledge_base(self.root, title="Demo")
        make_wheel(self.wheels, "demo")
        self._capsys = capsys

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Return exit code, standard output and standard error of `kb run`."""
        self._capsys.readouterr()
        code = main(["run", *arguments])
        told = self._capsys.readouterr()
        return code, told.out, told.err

    def document(self, *arguments: str) -> dict[str, Any]:
        """Return what `kb run --json` tells where it does well."""
        code, out, err = self.run("--json", *arguments)
        assert code == 0, err
        document: dict[str, Any] = json.loads(out)
        return document

    def record(self, row: dict[str, Any]) -> Record:
        """Return a record that a run told of."""
        return decode_record((self.root / row["path"]).read_bytes())

    def local(self, *managers: str) -> list[str]:
        """Return the options by which managers take wheels from the folder alone."""
        flags = ("--no-index", f"--find-links={self.wheels}")
        return [part for one in managers for part in ("--with", one, *(f"--flag={one}={flag}" for flag in flags))]

    def left_over(self) -> list[Path]:
        """Return what a run left behind."""
        places = (self.cache.glob("envkb/runs/*"), (self.root / ".kb" / "runs").glob("*"))
        return [path for place in places for path in place]

    def records(self) -> list[Path]:
        """Return the records that were written."""
        return sorted((self.root / "kb" / "records").rglob("*.json"))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Place:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_INDEX", "UV_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    made = Place(tmp_path, capsys)
    monkeypatch.chdir(made.root)
    return made


@pytest.mark.parametrize(
    ("text", "code", "words", "hint"),
    [
        ("", 2, "nothing is to be installed or measured", "say what to install"),
        ('managers = ["uv"]\n', 2, "no combination", "say what to install"),
        (f'managers = ["uvv"]\n{REQUEST}', 2, "no manager 'uvv'", "did you mean uv?"),
        (f'managrs = ["uv"]\n{REQUEST}', 3, "plan.toml: managrs: no such key", "did you mean managers?"),
        (f'managers = ["uv"]\n{REQUEST}requirments = ["x"]\n', 3, "no such key", "did you mean requirements?"),
        (f'managers = ["uv"\n{REQUEST}', 3, "plan.toml: no TOML", "kb schema plan"),
        (f"managers = []\nrounds = 0\n{REQUEST}", 3, "rounds", "from 1 to 1000"),
        (f'managers = ["uv"]\n{REQUEST}{REQUEST}', 2, "the request 'demo' is there twice", "name of its own"),
        (f'managers = ["uv"]\n{REQUEST}[[exclude]]\nmanager = "uv"\n', 2, "every one is excluded", "exclusion"),
        (f'managers = ["uv"]\n{REQUEST}[[exclude]]\nmanager = "pip"\n', 2, "which is not in the plan", "it is uv"),
        (f'managers = ["uv"]\nbenchmarks = ["../absent.py"]\n{REQUEST}', 2, "no such file", "bench_"),
        (f'managers = ["uv"]\nbenchmarks = ["numpyy"]\n{REQUEST}', 2, "no suite 'numpyy'", "numpy"),
        (f'managers = ["uv"]\nbenchmarks = ["mine.py:sort"]\n{REQUEST}', 2, "no function bench_sort", "bench_sum"),
        (REQUEST.replace('"demo"]', '"demo =="]') + "[[x]]\n", 3, "no such key", "the keys are"),
        ('managers = ["uv"]\n' + REQUEST.replace('["demo"]', '["demo =="]'), 2, "is no requirement", "write numpy"),
        ('managers = ["uv"]\n' + REQUEST.replace('["demo"]', '"demo"'), 3, "a list is wanted", "requirements = ["),
        (f'managers = ["uv"]\n# {"x" * 2_000_000}\n{REQUEST}', 3, "longer than 1024 KiB", "is it one?"),
        (
            f'managers = ["uv"]\npythons = [{MANY}]\n{REQUEST}',
            2,
            "10000 combinations; at most 500",
            "split it",
        ),
    ],
)
def test_a_plan_that_cannot_be_meant(place: Place, text: str, code: int, words: str, hint: str) -> None:
    (place.root / "mine.py").write_text("def bench_sum():\n    return 1\n")
    (place.root / "plan.toml").write_text(text)
    assert_refused(place, ["plan.toml"], code, words, hint)


@pytest.mark.parametrize(
    ("said", "code", "words", "hint"),
    [
        ([], 2, "nothing is to be installed or measured", "kb run numpy --with uv"),
        (["demo"], 2, "nothing says which manager installs", "--with uv"),
        (["demo", "--with=yum"], 2, "no manager 'yum'", "it is one of uv, pip"),
        (["demo==", "--with=uv"], 2, "'demo==' is no requirement", "write numpy"),
        (["./absent-1.0-py3-none-any.whl", "--with=uv"], 2, "no file or folder", "check the path"),
        (["./x.whl", "--with=uv"], 2, "x.whl cannot be installed", "NAME-VERSION"),
        (["demo", "--with=uv", "--python=latest"], 2, "--python latest", "such as 3.12"),
        (["demo", "--with=uv", "--python=3.99"], 5, "there is no Python 3.99 here", "nothing was started"),
        (["demo", "--with=uv", "--rounds=0"], 2, "--rounds 0", "from 1 to 1000"),
        (["demo", "--with=uv", "--cache=hot"], 2, "--cache 'hot'", "cold, warm, both"),
        (["demo", "--with=uv", "--bench=none", "--bench=io"], 2, "none stands alone", "suites"),
        (["demo", "--with=uv", "--timeout=soon"], 2, "no duration", "90s"),
        (["demo", "--with=uv", "--torch-backend=cu"], 2, "'cu' is no torch backend", "cu126"),
        (["demo", "--with=uv", "--index=own"], 2, "package index 'own'", "--index NAME=URL"),
        (["demo", "--with=uv", "--flag=--pre"], 2, "--flag '--pre' cannot be read", "--flag uv="),
        (["demo", "--with=uv", "--flag=pip=--pre"], 2, "it takes no part", "--with pip"),
        (["demo", f"--index=my own=https://ada:{SECRET}@own.example/simple"], 2, "names no address", "NAME=URL"),
        (["absent.toml"], 2, "there is no plan absent.toml", "kb schema plan"),
        (["--env=absent", "--bench=python"], 2, "called absent", "conda environment"),
        (["--env=", "--bench=python"], 2, "names no environment", "NAME=PATH"),
        (["--env=a=x", "--env=a=y"], 2, "'a' is there twice", "name of its own"),
        (["--env=ml", "--"], 2, "no command stands behind --", "write one"),
        (["--env=ml", "--with=uv"], 2, "nothing is to be installed", "kb run numpy"),
        (["--env=ml", "--dry-run"], 2, "nothing is to be installed", "kb run numpy"),
        (["--requirements=absent.txt", "--with=uv"], 2, "there is no file", "check the path"),
        (["--requirements=bad.txt", "--with=uv"], 2, "bad.txt, line 3: -e is not understood", "leave -e out"),
        (["--project=.", "--with=uv"], 2, "holds no project", "pixi.toml"),
        (["--project=broken", "--with=uv"], 3, "no TOML", ""),
        (["--project=own-torch", "--with=uv"], 2, "takes torch from an index of its own", "--torch-backend cu126"),
        (["--like=KB-2026-WERC8-GMRZGT", "--with=uv"], 2, "KB-2026-WERC8-GMRZGT", ""),
        (["--like=nonsense"], 2, "is not a record id", "looks like"),
        (["--resume", "--rounds=3"], 2, "keeps its plan", "kb run --resume"),
    ],
)
def test_a_command_line_that_cannot_be_meant(place: Place, said: list[str], code: int, words: str, hint: str) -> None:
    (place.root / "x.whl").touch()
    (place.root / "bad.txt").write_text("# one\ndemo\n-e .\n")
    (place.root / "broken").mkdir()
    (place.root / "broken" / "pyproject.toml").write_text("[project\n")
    (place.root / "own-torch").mkdir()
    (place.root / "own-torch" / "pyproject.toml").write_text(
        "[project]\ndependencies = ['torch']\n[tool.uv.sources]\ntorch = { index = 'gpu' }\n"
        "[[tool.uv.index]]\nname = 'gpu'\nurl = 'https://torch.example/whl/cu126'\n"
    )
    assert_refused(place, said, code, words, hint)


def assert_refused(place: Place, said: list[str], code: int, words: str, hint: str) -> None:
    """Nothing is started, written or left over, and the error is one line with a hint, as text and as JSON."""
    cut = said.index("--") if "--" in said else len(said)
    got, out, err = place.run(*said[:cut], "--json", *said[cut:])
    error = json.loads(out)["error"]
    assert (got, error["exit_code"]) == (code, code)
    assert words in error["message"]
    assert hint in (error["hint"] or "")
    assert "\n" not in error["message"]
    assert SECRET not in out + err
    got, out, err = place.run(*said)
    assert (got, out) == (code, "")
    assert len(err.splitlines()) <= 2
    assert SECRET not in err
    assert (place.records(), place.left_over()) == ([], [])
    assert not [path for path in place.cache.rglob("*") if path.is_file()]


def test_a_manager_that_is_missing_is_said_with_its_reason(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(place.root / "nowhere"))
    assert_refused(place, ["demo", "--with=pixi"], 5, "pixi is neither on PATH nor beside kb's own Python", "leave it")


def test_a_manager_that_cannot_be_asked_stops_all_before_anything_is_installed(place: Place) -> None:
    if look_for(MANAGERS["rattler"], run, os.environ).tool is None or UV.tool is None:
        pytest.skip("uv and rattler are needed")
    assert_refused(place, ["demo[gpu]", *place.local("uv"), "--with=rattler"], 2, "no such thing as extras", "")


@pytest.fixture(params=["my lab/énv ü", "plain"])
def env(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    folder = tmp_path / request.param
    assert run(["python3", "-m", "venv", "--without-pip", str(folder)]).exit_code == 0
    (site,) = folder.glob("lib/python3*/site-packages")
    (site / "quiet.py").write_text("VALUE = 1\n")
    return folder


def tree(folder: Path) -> Iterator[tuple[str, int, bytes]]:
    for path in sorted(folder.rglob("*")):
        yield str(path), path.lstat().st_mtime_ns, path.read_bytes() if path.is_file() else b""


def test_nothing_is_written_into_an_environment_in_use(place: Place, env: Path) -> None:
    before = list(tree(env))
    told = place.document(f"--env=ml={env}", "--rounds=1", "--bench=python", "--", "python", "-c", "import quiet")
    (row,) = told["records"]
    assert {one.benchmark.suite for one in place.record(row).measurements} == {"python", "command"}
    assert list(tree(env)) == before
    assert place.left_over() == []


@pytest.mark.parametrize(
    "command",
    [
        (["absent-program"], "No such file"),
        (["false"], "exit status 1"),
        (["python", "-c", "raise SystemExit(3)", "--help", "--rounds=9"], "exit status 3"),
    ],
)
def test_a_command_that_fails_is_an_edge_case_with_its_own_words(
    place: Place, env: Path, command: tuple[list[str], str]
) -> None:
    words, symptom = command
    code, out, err = place.run(f"--env=ml={env}", "--rounds=1", "--json", "--", *words)
    assert code == 0, err
    (row,) = json.loads(out)["records"]
    (edge,) = place.record(row).edge_cases
    assert symptom in edge.symptom
    assert place.left_over() == []


def _venv_without_python(folder: Path) -> None:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to("/nowhere/python")
    (folder / "pyvenv.cfg").write_text("home = /nowhere\n")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: folder.mkdir(), "has no interpreter"),
        (lambda folder: folder.write_text("no program"), "does not work"),
        (_venv_without_python, "is a link to nothing"),
        (lambda _: None, "no interpreter or prefix at"),
    ],
    ids=["an empty folder", "a file", "a broken link", "nothing"],
)
def test_what_is_no_environment_is_said_before_anything_starts(
    place: Place, tmp_path: Path, make: Callable[[Path], object], words: str
) -> None:
    make(tmp_path / "ml")
    code, out, _ = place.run(f"--env={tmp_path / 'ml'}", "--bench=python", "--json")
    error = json.loads(out)["error"]
    assert code in (2, 6)
    assert words in error["message"]
    assert error["hint"]
    assert (place.records(), place.left_over()) == ([], [])


def test_a_conda_environment_is_found_by_its_name(
    place: Place, env: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefix = tmp_path / "conda" / "envs" / "ml"
    shutil.copytree(env, prefix, symlinks=True)
    (prefix / "conda-meta").mkdir()
    (prefix / "conda-meta" / "history").touch()
    (tmp_path / "ada" / ".conda").mkdir(parents=True)
    (tmp_path / "ada" / ".conda" / "environments.txt").write_text(f"{prefix}\n")
    monkeypatch.setenv("HOME", str(tmp_path / "ada"))
    told = place.document("--env=ml", "--rounds=1", "--", "python", "-c", "pass")
    (row,) = told["records"]
    assert (row["arm"], row["outcome"]) == ("ml", "success")


class TestFiles:
    """What files ask for, installed by real managers."""

    pytestmark = real

    def test_a_digest_of_a_requirement_file_is_checked(self, place: Place) -> None:
        from hashlib import sha256  # noqa: PLC0415 - of this test alone

        digest = sha256(next(place.wheels.glob("demo-*.whl")).read_bytes()).hexdigest()
        outcomes = {}
        for name, text in (("good", digest), ("bad", "0" * 64)):
            (place.root / "r.txt").write_text(f"demo==1.0 \\\n    --hash=sha256:{text}  # locked\n")
            told = place.document(
                "--requirements=r.txt",
                *place.local("uv", "pip"),
                "--rounds=1",
                "--cache=cold",
                "--bench=none",
                "--bytecode=default",
            )
            outcomes[name] = {(row["manager"], row["outcome"], row["error"]) for row in told["records"]}
        assert outcomes["good"] == {("uv", "success", None), ("pip", "success", None)}
        assert outcomes["bad"] == {("uv", "failure", "hash-mismatch"), ("pip", "failure", "hash-mismatch")}
        assert place.left_over() == []

    def test_a_wheel_is_installed_by_its_path(self, place: Place) -> None:
        shutil.copytree(place.wheels, place.root / "my dist")
        told = place.document(
            "./my dist/demo-1.0-py3-none-any.whl",
            *place.local("uv", "pip"),
            "--rounds=1",
            "--cache=warm",
            "--bench=none",
            "--bytecode=default",
        )
        assert {row["outcome"] for row in told["records"]} == {"success"}
        samples = {one.id for row in told["records"] for one in place.record(row).measurements}
        assert "import.first" in samples

    def test_a_wheel_for_another_platform_is_an_outcome(self, place: Place) -> None:
        make_wheel(place.wheels, "other", tag="cp311-cp311-win_amd64")
        told = place.document("other", *place.local("uv", "pip"), "--rounds=1", "--cache=cold", "--bench=none")
        assert {row["outcome"] for row in told["records"]} == {"failure"}
        classes = {edge.class_ for row in told["records"] for edge in place.record(row).edge_cases}
        assert classes == {"no-matching-wheel"}

    def test_the_password_of_an_index_is_nowhere(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("UV_HTTP_RETRIES", "PIP_RETRIES"):
            monkeypatch.setenv(name, "0")
        address = f"http://ada:{SECRET}@127.0.0.1:9/simple"
        code, out, err = place.run(
            "demo",
            "--with=uv",
            "--with=pip",
            f"--index={address}",
            f"--flag=uv=--find-links={address}",
            # Its install goes well, and so is one of the commands that the screen tells.
            f"--flag=pip=--find-links={place.wheels}",
            "--rounds=1",
            "--cache=cold",
            "--bytecode=default",
            "--bench=none",
        )
        assert code == 0, err
        assert SECRET not in out + err
        assert SECRET.encode() not in every_byte(place.root)
        (one, *_) = place.records()
        assert "127.0.0.1" not in one.read_text()


REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "plan.md"


@pytest.mark.real
@pytest.mark.skipif(UV.tool is None, reason=str(UV.reason))
def test_the_example_of_the_reference_is_a_plan_that_runs(place: Place) -> None:
    page = REFERENCE.read_text("utf-8")
    text = page.partition('```toml title="plan.toml"\n')[2].partition("```")[0]
    code = page.partition('```python title="checks.py"\n')[2].partition("```")[0]
    for name in ("six", "packaging"):
        make_wheel(place.wheels, name, "26.3" if name == "packaging" else "1.17.0")
    (place.root / "checks.py").write_text(code)
    (place.root / "plan.toml").write_text(
        text.replace("https://wheels.example/simple", place.wheels.as_uri()).replace("--prerelease=allow", "--no-index")
    )
    flags = [f"--flag={one}={flag}" for one in ("uv", "pip") for flag in ("--no-index", f"--find-links={place.wheels}")]
    told = place.document("plan.toml", *flags, "--rounds=1")
    assert {row["outcome"] for row in told["records"]} == {"success"}
    keys = {(row["request"], row["manager"], row["cache"]) for row in told["records"]}
    assert ("six", "pip", "cold") not in keys
    assert ("six", "uv", "cold") in keys
    assert "own" in {one.benchmark.suite for row in told["records"] for one in place.record(row).measurements}
