from dataclasses import replace
from pathlib import Path

from envkb.experiment.run.cells import Combination, combinations
from envkb.experiment.run.foresee import Foreseen
from envkb.experiment.run.locks import Locks
from envkb.managers import Installed, LockText, Package
from manager_jobs import Replay, ended, make_job
from run_plans import make_plan

ONE = (Package("demo", "1.0"),)
OTHER = (Package("demo", "1.1"),)
FORESEEN = LockText("pylock.toml", "foreseen")
REPORTED = LockText("pylock.toml", "reported")
WRITTEN = LockText("pylock.toml", "written")


def combination(manager: str = "uv") -> Combination:
    return combinations(make_plan("demo", managers=(manager,)))[0]


def foreseen(manager: str = "uv", packages: tuple[Package, ...] | None = ONE) -> Foreseen:
    return Foreseen("demo", manager, None, packages, None, None, FORESEEN)


def lock_of(
    folder: Path, installed: Installed | None, told: Foreseen | None = None, given: LockText | None = None
) -> tuple[LockText | None, int]:
    """Return the lock that is found, and how many processes that took."""
    runner, one = Replay(ended(WRITTEN.text)), combination()
    locks = Locks(runner, {}, given=given, foreseen={one.shared: told} if told else None)
    return locks.of(one, make_job("uv", "demo", root=folder), installed), len(runner.asked)


def test_a_lock_that_was_foreseen_is_taken_where_it_lists_what_was_installed(tmp_path: Path) -> None:
    assert lock_of(tmp_path, Installed(ONE), foreseen()) == (FORESEEN, 0)


def test_a_lock_of_other_versions_is_none_of_this_environment(tmp_path: Path) -> None:
    assert lock_of(tmp_path, Installed(OTHER), foreseen()) == (WRITTEN, 1)


def test_a_lock_of_more_or_less_than_was_installed_is_none_of_it(tmp_path: Path) -> None:
    for packages in ((), (*ONE, Package("core", "1.0"))):
        assert lock_of(tmp_path, Installed(packages), foreseen()) == (WRITTEN, 1)


def test_a_package_without_a_version_agrees_with_nothing(tmp_path: Path) -> None:
    told = foreseen(packages=(replace(ONE[0], version=None),))
    assert lock_of(tmp_path, Installed(ONE), told) == (WRITTEN, 1)


def test_what_another_manager_foresaw_is_no_lock(tmp_path: Path) -> None:
    assert lock_of(tmp_path, Installed(ONE), foreseen("pip")) == (WRITTEN, 1)


def test_nothing_foreseen_or_nothing_told_is_resolved_once_more(tmp_path: Path) -> None:
    assert lock_of(tmp_path, Installed(ONE)) == (WRITTEN, 1)
    assert lock_of(tmp_path, Installed(ONE), foreseen(packages=None)) == (WRITTEN, 1)
    assert lock_of(tmp_path, Installed(None), foreseen()) == (WRITTEN, 1)
    assert lock_of(tmp_path, None, foreseen()) == (WRITTEN, 1)


def test_what_the_install_itself_reported_goes_before_what_was_foreseen(tmp_path: Path) -> None:
    assert lock_of(tmp_path, Installed(ONE, lock=REPORTED), foreseen()) == (REPORTED, 0)


def test_an_environment_made_from_a_lock_has_that_lock(tmp_path: Path) -> None:
    given = LockText("requirements", "demo==1.0")
    assert lock_of(tmp_path, Installed(ONE, lock=REPORTED), foreseen(), given) == (given, 0)


def test_a_lock_that_cannot_be_written_is_none(tmp_path: Path) -> None:
    locks = Locks(Replay(ended(exit_code=2)), {})
    assert locks.of(combination(), make_job("uv", "demo", root=tmp_path), None) is None


def test_requests_and_pythons_have_locks_of_their_own(tmp_path: Path) -> None:
    here, alike, there = combinations(make_plan("demo", pythons=("3.11", "3.12"), caches=("cold",)))[:3]
    assert (here.python, alike.python, there.python) == ("3.11", "3.11", "3.12")
    runner = Replay(ended(WRITTEN.text))
    locks = Locks(runner, {}, foreseen={here.shared: foreseen()})
    job = make_job("uv", "demo", root=tmp_path)
    assert locks.of(here, job, Installed(ONE)) == FORESEEN
    assert locks.of(alike, job, Installed(ONE)) == FORESEEN
    assert locks.of(there, job, Installed(ONE)) == WRITTEN
