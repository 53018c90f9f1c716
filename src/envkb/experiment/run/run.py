"""One run from its plan to its records."""

from collections.abc import Collection, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from envkb.bench.measure import Target
from envkb.bench.suites import SuiteSpec, command_suite, parse_suite
from envkb.experiment.clock import present
from envkb.experiment.record import Recorded
from envkb.experiment.run.arms import Workshop
from envkb.experiment.run.benchmarks import bench_all, bench_of
from envkb.experiment.run.cells import Combination, combinations
from envkb.experiment.run.conduct import install_all
from envkb.experiment.run.imports import modules_of
from envkb.experiment.run.inspect import Inspector, dump, load
from envkb.experiment.run.install import Installer
from envkb.experiment.run.locks import Locks
from envkb.experiment.run.own_files import place_own_file
from envkb.experiment.run.records import Chapter, Desk, write_records
from envkb.experiment.run.scratch import kept_folder, kept_home, scratch_folder, scratch_home, sweep
from envkb.experiment.run.state import RunState, StateFolder, prune
from envkb.experiment.run.terms import Terms
from envkb.managers import LockText
from envkb.model.plan import Plan


@dataclass(frozen=True, slots=True)
class Finished:
    """A run that is over.

    Attributes:
        state: All that it took.
        chapters: What its records are made of.
        recorded: Its records, in the order of the chapters.
        kept: The environments that stay.
    """

    state: RunState
    chapters: tuple[Chapter, ...]
    recorded: tuple[Recorded, ...]
    kept: tuple[Path, ...] = ()


def carry_out(state: RunState, workshop: Workshop, terms: Terms) -> Finished:
    """Do what is left of a run, and write its records.

    Whatever interrupts it, its environments and caches are removed, and what was finished is kept.

    Args:
        state: A run that begins, or one that was interrupted.
        workshop: Managers and Pythons that it needs.
        terms: How it is carried out.

    Raises:
        KbError: Something that is no outcome of an experiment: no space for the state, a manager that has gone.
    """
    kept = StateFolder(terms.home, state.run_id)
    sweep(kept_home())
    sweep(scratch_home())
    # Whatever still has a folder after the sweep goes on in another process.
    prune(terms.home, keep={state.run_id, *(path.name for path in scratch_home().glob("*"))})
    with ExitStack() as stack:
        scratch = stack.enter_context(scratch_folder(scratch_home(), state.run_id))
        state = kept.refreshed(state)
        lock = LockText(state.lock_format, state.lock) if state.lock and state.lock_format else None
        kept_in = stack.enter_context(kept_folder(kept_home(), state.run_id)) if terms.keep else None
        installer = Installer(
            scratch,
            workshop,
            runner=terms.metered,
            environ=terms.environ,
            timeout_s=terms.timeout_s,
            environments=kept_in,
            lock=lock,
        )
        locks = Locks(terms.runner, terms.environ, given=lock, foreseen=terms.foreseen)
        conductor = _Conductor(installer, Inspector(locks), terms, kept)
        finished = conductor.finish(conductor.benchmarks(conductor.installs(state)))
        if terms.keep:
            finished = replace(finished, kept=conductor.keep_environments(finished.state))
        kept.remove()
    return finished


class _Conductor:
    """Leads one run through its stages."""

    def __init__(self, installer: Installer, inspector: Inspector, terms: Terms, kept: StateFolder) -> None:
        self.installer = installer
        self.inspector = inspector
        self.terms = terms
        self.kept = kept

    def installs(self, state: RunState) -> RunState:
        for one in combinations(state.plan):
            # Before anything is kept: what cannot begin is no run that could go on.
            if one.environment is not None and all(seen.key != one.key for seen in state.inspections):
                state = state.having(inspections=(self.inspector.existing(one, one.environment.target),))
        self.kept.save(state)
        return install_all(
            state,
            self.installer,
            inspect=lambda one: self.inspector.installed(one, self.installer),
            keep=self.kept.save,
            watch=self.terms.watch,
            budget=self.terms.budget.for_installs() if _has_benchmarks(state.plan) else self.terms.budget,
            stays=self._needed_later(state.plan),
        )

    def _needed_later(self, plan: Plan) -> Collection[str]:
        if not (_has_benchmarks(plan) or self.terms.keep):
            return ()
        return {one.key for one in one_of_each_kind(combinations(plan))}

    def benchmarks(self, state: RunState) -> RunState:
        if not _has_benchmarks(state.plan):
            return state
        chosen = bench_arms(state)
        pythons = {key: python for key, one in chosen.items() if (python := self._python(state, one)) is not None}
        # What a benchmark that is killed leaves behind goes with the run's folder.
        temporary = self.installer.scratch.resolve() / "tmp"
        temporary.mkdir(exist_ok=True)
        environ = {**self.terms.environ, "TMPDIR": str(temporary)}
        # What kb made is used as anybody would use it; what was there before stays as it is.
        arms = {
            key: (
                Target(python, environ, write_bytecode=chosen[key].request is not None),
                self._specs(state, chosen[key], python),
            )
            for key, python in pythons.items()
        }
        return bench_all(
            state,
            arms,
            runner=self.terms.runner,
            timeout_s=self.terms.timeout_s,
            keep=self.kept.save,
            watch=self.terms.watch,
            budget=self.terms.budget,
        )

    def _python(self, state: RunState, one: Combination) -> Path | None:
        if one.environment is None:
            return self._made(one)
        target = load(next(seen.snapshot for seen in state.inspections if seen.key == one.key)).json("kb:target")
        python = target.get("python") if isinstance(target, dict) else None
        return Path(python) if python else None

    def _made(self, one: Combination) -> Path | None:
        python = self.installer.python(one)
        # It was cleared where the run was interrupted, or its last round failed or was left out.
        return python if python.exists() or self.installer.rebuild(one) else None

    def _specs(self, state: RunState, one: Combination, python: Path) -> list[SuiteSpec]:
        plan = state.plan
        wanted = one.request or next(iter(plan.requests), None)
        modules: tuple[str, ...] = ()
        if wanted is not None:
            modules = wanted.modules or modules_of(python, wanted.requirements, self.terms.runner, self.terms.environ)
        folder = self.installer.scratch / "own"
        files = {own.name: place_own_file(own, folder) for own in state.files}
        found = [
            replace(suite, modules=modules) if suite.file is None else replace(suite, file=files[suite.file.name])
            for suite in map(parse_suite, plan.benchmarks)
        ]
        return [*found, command_suite(plan.command)] if plan.command else found

    def keep_environments(self, state: RunState) -> tuple[Path, ...]:
        kept = [one for one in bench_arms(state).values() if one.request is not None]
        return tuple(self.installer.prefix(one) for one in kept if self._made(one) is not None)

    def finish(self, state: RunState) -> Finished:
        if self.inspector.machine is None:
            host = dump(self.inspector.collect("", cwd=None))
        else:
            host = state.inspections[0].snapshot
        assert self.inspector.machine is not None  # noqa: S101 - something was collected
        chapters = tuple(self._chapter(state, one) for one in combinations(state.plan))
        desk = Desk(
            base=self.terms.base,
            folder=self.terms.folder,
            private=self.terms.private,
            now=present(),
            machine=self.inspector.machine,
            host=host,
            sources=self.installer.workshop.sources,
            tags=self.terms.tags,
        )
        return Finished(state, chapters, write_records(state, chapters, desk, self.kept.save))

    def _chapter(self, state: RunState, one: Combination) -> Chapter:
        return Chapter(
            combination=one,
            trials=state.of(one.key),
            inspection=next((seen for seen in state.inspections if seen.key == one.key), None),
            tool=self.installer.workshop.tools.get(one.manager or ""),
            bench=bench_of(state, one.key),
        )


def _has_benchmarks(plan: Plan) -> bool:
    return bool(plan.benchmarks or plan.command)


def bench_arms(state: RunState) -> dict[str, Combination]:
    """Return the combinations whose environments are benchmarked: one of each kind, the warm one where there is one.

    How an environment was cached while it was made does not change it; those that never came to be are left out.
    """
    made = {seen.key for seen in state.inspections}
    return {one.key: one for one in one_of_each_kind(one for one in combinations(state.plan) if one.key in made)}


def one_of_each_kind(found: Iterable[Combination]) -> tuple[Combination, ...]:
    """Return one combination of each kind, the warm one where there is one."""
    chosen: dict[str, Combination] = {}
    for one in found:
        if one.kind not in chosen or one.cache == "warm":
            chosen[one.kind] = one
    return tuple(chosen.values())
