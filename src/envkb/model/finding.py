"""What a rule says of an environment or a log."""

from typing import Literal

from envkb.model.edge_case import Severity
from envkb.model.value import Origin, Value


class Finding(Value):
    """The verdict of one rule.

    Attributes:
        origin: How it came to be known.
        rule: The rule's stable id.
        status: `ok`, `problem`, or `unknown` where the evidence does not suffice.
        class_name: The edge-case class a problem belongs to; null otherwise.
        severity: How much a problem hurts; null otherwise.
        message: One sentence.
        evidence: The facts, files and lines it rests on, as text.
    """

    origin: Origin
    rule: str
    status: Literal["ok", "problem", "unknown"]
    class_name: str | None
    severity: Severity | None
    message: str
    evidence: tuple[str, ...]
