"""Evaluates checks that count records. Pure."""

from collections.abc import Mapping, Sequence

from envkb.assess.decisions.outcome import Found
from envkb.knowledge.index.evidence import EvidenceRow
from envkb.model.decision import EdgeCheck, SuccessesCheck, VersionCheck


def count_successes(check: SuccessesCheck, rows: Sequence[EvidenceRow]) -> Found:
    """Return whether enough of these records are successes; those without an outcome do not count."""
    known = [row for row in rows if row.outcome is not None]
    good = tuple(row.id for row in known if row.outcome == "success")
    bad = tuple(row.id for row in known if row.outcome != "success")
    untold = f" ({len(rows) - len(known)} more say no outcome)" if len(known) < len(rows) else ""
    if len(known) < check.records:
        reason = f"{len(known)} of the {check.records} records that it takes to tell{untold}"
        return Found("undetermined", reason, good, bad)
    share = len(good) / len(known)
    reason = f"{len(good)} of {len(known)} succeeded, {share:.3g}; at least {check.at_least:.3g} assumed{untold}"
    return Found("holds" if share >= check.at_least else "violated", reason, good, bad)


def count_edges(check: EdgeCheck, rows: Sequence[EvidenceRow]) -> Found:
    """Return whether edge cases of the class, said or found by a rule, occur in these records as assumed."""
    having = {row.id for row in rows if (row.edges or row.findings) and _has(row, check.class_)}
    hit = tuple([row.id for row in rows if row.id in having])
    free = tuple([row.id for row in rows if row.id not in having])
    reason = f"{len(hit)} of {len(rows)} records have {check.class_}; {check.expect} assumed"
    support, oppose = (hit, free) if check.expect == "present" else (free, hit)
    if hit:
        return Found("holds" if check.expect == "present" else "violated", reason, support, oppose)
    if len(rows) < check.records:
        return Found("undetermined", f"{reason}; it takes {check.records} records to tell", support, oppose)
    return Found("violated" if check.expect == "present" else "holds", reason, support, oppose)


def _has(row: EvidenceRow, wanted: str) -> bool:
    # A problem that a rule found is one, whether or not somebody also said so.
    problems = (finding.class_name for finding in row.findings if finding.status == "problem")
    return any(edge.class_name == wanted for edge in row.edges) or wanted in problems


def count_versions(check: VersionCheck, rows: Sequence[EvidenceRow], versions: Mapping[str, str]) -> Found:
    """Return whether the package has one of the versions in each of these records that has it.

    Args:
        check: What is assumed.
        rows: The records.
        versions: The version by id of each record that has the package.
    """
    from envkb.knowledge.query.versions import version_fits  # noqa: PLC0415 - slow to load

    having = [(row.id, versions[row.id]) for row in rows if row.id in versions]
    fitting = {version: version_fits(version, check.versions) for version in {version for _, version in having}}
    good = tuple([name for name, version in having if fitting[version]])
    bad = tuple([name for name, version in having if not fitting[version]])
    if not having:
        return Found("undetermined", f"none of {len(rows)} records has {check.package}")
    reason = f"{check.package} {check.versions} in {len(good)} of {len(having)} environments that have it"
    if bad:
        others = sorted({versions[name] for name in bad})
        reason += f", {', '.join(others[:3])}{' …' if others[3:] else ''} in the others"
    return Found("violated" if bad else "holds", reason, good, bad)
