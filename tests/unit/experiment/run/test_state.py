"""What an interrupted run leaves behind, and for how long."""

from pathlib import Path

import pytest

from envkb.errors import InvalidDataError, UsageError
from envkb.experiment.clock import present
from envkb.experiment.run.state import MOST_UNFINISHED, StateFolder, begin, prune, unfinished
from run_plans import make_plan, make_trial


def interrupted(home: Path, number: int, *, trials: int = 1) -> str:
    """The state of a run that was killed in one second after the other."""
    state = begin(make_plan("demo"), present()).model_copy(update={"run_id": f"run-20260101-0000{number:02}-abcdef"})
    StateFolder(home, state.run_id).save(state.having(trials=tuple(make_trial(order=n) for n in range(trials))))
    return state.run_id


def test_a_run_that_had_finished_nothing_is_forgotten_by_the_next_but_one(tmp_path: Path) -> None:
    empty, full, last = interrupted(tmp_path, 1, trials=0), interrupted(tmp_path, 2), interrupted(tmp_path, 3, trials=0)
    assert prune(tmp_path, keep=()) == (empty,)
    assert unfinished(tmp_path) == (full, last)


def test_a_run_that_goes_on_is_left_alone(tmp_path: Path) -> None:
    names = [interrupted(tmp_path, number, trials=0) for number in range(3)]
    assert prune(tmp_path, keep=names) == ()


def test_of_many_unfinished_runs_the_oldest_go(tmp_path: Path) -> None:
    names = [interrupted(tmp_path, number) for number in range(MOST_UNFINISHED + 2)]
    assert prune(tmp_path, keep=()) == tuple(names[:2])
    assert unfinished(tmp_path) == tuple(names[2:])


def test_a_state_that_cannot_be_read_is_said_and_kept(tmp_path: Path) -> None:
    name = interrupted(tmp_path, 1)
    (tmp_path / ".kb" / "runs" / name / "state.json").write_text('{"schema": "envkb.runstate/9"}')
    with pytest.raises(InvalidDataError, match="cannot go on"):
        StateFolder(tmp_path, name).load()
    interrupted(tmp_path, 2)
    assert prune(tmp_path, keep=()) == ()
    with pytest.raises(UsageError, match="no unfinished run"):
        StateFolder(tmp_path, "run-20260101-000059-abcdef").load()


def test_what_another_process_did_since_a_state_was_read_counts(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path, interrupted(tmp_path, 1))
    read = folder.load().model_copy(update={"private": True})
    folder.save(folder.load().having(trials=(make_trial(order=1),)))
    fresh = folder.refreshed(read)
    assert ([trial.order for trial in fresh.trials], fresh.private) == ([0, 1], True)
    folder.remove()
    with pytest.raises(UsageError, match="gone to its end meanwhile"):
        folder.refreshed(read)


def test_a_run_that_begins_has_nothing_to_be_refreshed(tmp_path: Path) -> None:
    state = begin(make_plan("demo"), present())
    assert StateFolder(tmp_path, state.run_id).refreshed(state) is state
