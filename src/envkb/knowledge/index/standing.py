"""Works out, over all records, what only all of them together tell: states, privacy, and which host is which."""

import sqlite3
from collections.abc import Iterable

from envkb.knowledge.chains import Edge, chain_states, spread_privacy
from envkb.model.settings import Settings


def settle_standing(connection: sqlite3.Connection) -> None:
    """Bring `state`, `public_state` and `private` of every record up to date."""
    # A link counts only where its digest is right: an id alone can be forged.
    links = connection.execute(
        "SELECT source.id, link.relation, target.id FROM link JOIN record AS source ON source.number = link.record "
        "JOIN record AS target ON target.id = link.id AND target.digest = link.digest"
    )
    edges = [Edge(*row) for row in links]
    located = connection.execute("SELECT id FROM record WHERE located_private")
    private = spread_privacy(edges, (name for (name,) in located))
    public_edges = [edge for edge in edges if edge.source not in private and edge.target not in private]
    states, public_states = chain_states(edges), chain_states(public_edges)
    rows = connection.execute("SELECT number, id, state, public_state, private FROM record").fetchall()
    wanted = ((states.get(row[1], "current"), public_states.get(row[1], "current"), row[1] in private) for row in rows)
    connection.executemany(
        "UPDATE record SET state = ?, public_state = ?, private = ? WHERE number = ?",
        [(*want, row[0]) for row, want in zip(rows, wanted, strict=True) if row[2:] != want],
    )


def settle_hosts(connection: sqlite3.Connection, settings: Settings) -> None:
    """Bring `host` and `host_label` of every record up to date with the labels and joins of `kb.toml`."""
    rows = connection.execute("SELECT number, host_key, stated_label, host_hash, host, host_label FROM record")
    connection.executemany("UPDATE record SET host = ?, host_label = ? WHERE number = ?", _changed(rows, settings))


def _changed(
    rows: Iterable[tuple[int, str | None, str | None, str | None, str | None, str | None]], settings: Settings
) -> list[tuple[str | None, str | None, int]]:
    changed = []
    for number, key, stated, facts, *present in rows:
        label = settings.hosts.get(key, stated) if key else stated
        host = settings.host_identity(key, stated) or facts
        if [host, label] != present:
            changed.append((host, label, number))
    return changed
