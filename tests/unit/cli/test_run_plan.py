"""What the command line of `kb run` means; nothing is started here."""

from pathlib import Path
from typing import Any

import pytest

from envkb.cli.run_plan import Asked, check_asked, plan_of_asked
from envkb.document.identity import digest_of
from envkb.errors import InvalidDataError, KbError, UsageError
from envkb.experiment.run.plans import plan_text
from envkb.knowledge.creation import create_knowledge_base
from envkb.knowledge.folder import KnowledgeBase
from envkb.model.plan import Plan
from factory import make_attachment, make_bytes
from run_plans import make_plan


def asked(*wanted: str, **said: Any) -> Asked:
    usual: dict[str, Any] = dict.fromkeys(Asked.__dataclass_fields__, ())
    single = ("project", "like", "torch_backend", "rounds", "cache", "bytecode", "command", "against", "budget")
    usual |= dict.fromkeys((*single, "fail_on", "progress", "root", "timeout"))
    usual |= dict.fromkeys(("dry_run", "keep", "private", "yes", "resume", "as_json"), False)
    return Asked(**(usual | {"wanted": wanted} | said))


def meant(*wanted: str, **said: Any) -> Plan:
    one = asked(*wanted, **said)
    check_asked(one)
    return plan_of_asked(one, None)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


PLAN = (
    'managers = ["uv", "pip"]\n[[requests]]\nname = "demo"\nrequirements = ["demo"]\nindexes = ["own"]\n'
    '[[requests.flags]]\nmanager = "pip"\nflags = ["--pre"]\n[[exclude]]\nmanager = "pip"\ncache = "cold"\n'
)


def test_a_plan_and_what_the_command_line_changes_in_it(folder: Path) -> None:
    (folder / "plan.toml").write_text(PLAN)
    plan = meant(
        "plan.toml",
        indexes=("own=https://wheels.example/simple",),
        flags=("uv=--offline",),
        torch_backend="cpu",
        cache="warm",
        rounds=2,
    )
    (request,) = plan.requests
    assert {row.manager: row.flags for row in request.flags} == {"pip": ("--pre",), "uv": ("--offline",)}
    assert (request.torch_backend, plan.rounds, plan.caches) == ("cpu", 2, ("warm",))
    assert plan.indexes[0].url == "https://wheels.example/simple"
    # Nothing is cold any more: what left it out is no mistake.
    assert plan.exclude == ()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"environments": ("/opt/ml",), "managers": ("uv",)}, "--with is about installs"),
        ({"environments": ("/opt/ml",), "cache": "cold"}, "--cache is about installs"),
        ({"environments": ("/opt/ml",), "pythons": ("3.12",)}, "--python is about installs"),
        ({"environments": ("/opt/ml",), "indexes": ("own",)}, "--index is about installs"),
        ({"environments": ("/opt/ml",), "dry_run": True}, "--dry-run is about installs"),
        ({"environments": ("/opt/ml",), "command": ()}, "no command stands behind --"),
        ({"environments": ("/opt/ml",), "command": ("",)}, "no command stands behind --"),
        ({"wanted": ("demo",), "managers": ("uv",), "flags": ("pip=--pre",)}, "pip=…: it takes no part"),
        ({"wanted": ("demo",), "managers": ("uv",), "flags": ("pipp=--pre",)}, "no manager 'pipp'"),
        ({"wanted": ("demo",), "managers": ("uv",), "torch_backend": "cu"}, "'cu' is no torch backend"),
        ({"wanted": ("demo==",), "managers": ("uv",)}, "'demo==' is no requirement"),
        ({"wanted": ("./absent.whl",), "managers": ("uv",)}, "no file or folder"),
        ({"wanted": ("absent.toml",)}, "there is no plan absent.toml"),
        ({"wanted": ("plan.toml", "demo")}, "a plan says itself"),
        ({"wanted": ("plan.toml",), "indexes": ("other=https://wheels.example/simple",)}, "takes nothing from there"),
        ({"wanted": ("platform.toml",), "managers": ("uv",)}, "is for osx-arm64"),
        ({"requirements": (Path("empty.txt"),), "managers": ("uv",)}, "empty.txt requires nothing"),
        ({"requirements": (Path("absent.txt"),)}, "there is no file 'absent.txt'"),
        ({"project": Path("absent")}, "holds no project"),
        ({"project": Path("old"), "managers": ("uv",)}, "does not fit: the project wants <3"),
        ({"project": Path("old"), "managers": ("rattler",), "pythons": ("3.12",)}, "Python 3.12 does not fit"),
        ({"resume": True, "rounds": 3}, "--rounds changes it"),
        ({"resume": True, "command": ("true",)}, "-- changes it"),
        ({"like": "KB-2026-WERC8-GMRZGT", "wanted": ("demo",)}, "brings its requirements along"),
        ({"like": "KB-2026-WERC8-GMRZGT"}, "needs a knowledge base"),
        ({"changes": ("demo==2",)}, "--set belongs to --like"),
        ({"against": "/opt/ml"}, "--against belongs to --dry-run"),
    ],
)
def test_what_would_be_said_in_vain_is_refused_in_one_line(folder: Path, said: dict[str, Any], words: str) -> None:
    (folder / "plan.toml").write_text(PLAN)
    (folder / "platform.toml").write_text(
        '[[requests]]\nname = "demo"\nrequirements = ["demo"]\nplatform = "osx-arm64"\n'
    )
    (folder / "empty.txt").write_text("# nothing\n")
    (folder / "old").mkdir()
    (folder / "old" / "pyproject.toml").write_text('[project]\ndependencies = ["demo"]\nrequires-python = "<3"\n')
    with pytest.raises(UsageError) as caught:
        meant(**({"wanted": ()} | said))
    assert words in caught.value.message
    assert caught.value.hint


def test_another_platform_can_be_asked_for_dry(folder: Path) -> None:
    (folder / "plan.toml").write_text('[[requests]]\nname = "demo"\nrequirements = ["demo"]\nplatform = "osx-arm64"\n')
    assert meant("plan.toml", managers=("uv",), dry_run=True).requests[0].platform == "osx-arm64"


def test_what_files_ask_for_comes_together(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "r.txt").write_text("six==1.17.0 --hash=sha256:00\n--extra-index-url https://ada:secret@own.example/x\n")
    (folder / "lab").mkdir()
    (folder / "lab" / "environment.yml").write_text(
        "channels: [conda-forge]\ndependencies: [python=3.11, rich]\nvariables: {A: b}\n"
    )
    plan = meant("attrs", requirements=(Path("r.txt"),), project=Path("lab"), managers=("uv",))
    (request,) = plan.requests
    assert request.requirements == ("attrs", "six==1.17.0 --hash=sha256:00", "rich")
    assert (request.indexes, request.channels, plan.pythons) == (("index-1", "default"), ("conda-forge",), ("3.11",))
    assert "variables are not set" in capsys.readouterr().err


def test_the_folder_of_torchs_indexes_is_no_index_itself() -> None:
    plan = meant("torch", indexes=("pytorch=https://wheels.example/whl",), torch_backend="cpu", managers=("pip",))
    assert (plan.requests[0].indexes, plan.indexes[0].name) == ((), "pytorch")


def test_a_project_that_cannot_be_read_is_invalid_data(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[project]\ndependencies = ["demo"]\nrequires-python = "latest"\n')
    with pytest.raises(InvalidDataError, match="versions of Python cannot be read"):
        meant(project=folder, managers=("uv",))


@pytest.fixture
def base(folder: Path) -> KnowledgeBase:
    create_knowledge_base(folder / "base", title="Demo")
    return KnowledgeBase.open(folder / "base")


def recorded(base: KnowledgeBase, plan: Plan, *, private: bool = False) -> str:
    text = plan_text(plan)
    row = make_attachment(text, role="plan", name="plan.json", media_type="application/json")
    return base.add(make_bytes(attachments=(row,)), {digest_of(text): text}, private=private).id


def test_the_plan_of_a_record_takes_changes_and_addresses(base: KnowledgeBase) -> None:
    old = make_plan("demo==1", requests=({"name": "d", "requirements": ("demo==1",), "indexes": ("<index-1>",)},))
    said = asked(
        like=recorded(base, old),
        changes=("demo==2",),
        indexes=("<index-1>=https://wheels.example/simple",),
        managers=("uv", "pip"),
        flags=("pip=--pre",),
        rounds=3,
    )
    plan = plan_of_asked(said, base)
    assert (plan.requests[0].requirements, plan.managers, plan.rounds) == (("demo==2",), ("uv", "pip"), 3)
    assert plan.requests[0].flags[0].flags == ("--pre",)
    assert {row.name: row.url for row in plan.indexes} == {"index-1": "https://wheels.example/simple"}


def test_what_rests_on_a_private_record_stays_private(base: KnowledgeBase) -> None:
    name = recorded(base, make_plan("demo"), private=True)
    with pytest.raises(UsageError, match="is private") as caught:
        plan_of_asked(asked(like=name), base)
    assert caught.value.hint == "add --private"
    assert plan_of_asked(asked(like=name, private=True), base).requests


def test_a_record_that_no_run_made_has_no_plan(base: KnowledgeBase) -> None:
    name = base.add(make_bytes(), {}).id
    with pytest.raises(KbError, match="has no plan"):
        plan_of_asked(asked(like=name), base)
