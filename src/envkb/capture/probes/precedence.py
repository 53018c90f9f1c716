"""Takes one reading where several sources copy each other, so that their spellings make no conflict."""

from pydantic import JsonValue

from envkb.capture.probes.observations import Observations


def see_first(notes: Observations, subject: str, name: str, *readings: tuple[JsonValue, str | None]) -> None:
    """Note the first reading that holds something; nothing where a probe before has told the fact.

    Args:
        notes: Takes the fact.
        subject: Subject of the fact.
        name: Name of the fact.
        readings: Value and source of each reading, the best first; one without a source is none.
    """
    if notes.value(subject, name) is not None:
        return
    for value, source in readings:
        if source and value is not None and value not in ("", []):
            notes.see(subject, name, value, source)
            return
