"""The redaction gate: what it lets through may be stored for ever.

Three passes, all at once: what is known by its form (tokens, addresses, homes), what a label tells (serials, host
names, passwords), and the actual values of the machine. Every rule is linear in the length of the text.
"""

from envkb.document.redaction.gate import Gate
from envkb.document.redaction.leaks import Leak, find_leaks
from envkb.document.redaction.machine import MachineValues
from envkb.document.redaction.restoring import restore_addresses

__all__ = ["Gate", "Leak", "MachineValues", "find_leaks", "restore_addresses"]
