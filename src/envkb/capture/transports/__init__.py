"""How the collector reaches a machine: this one, or another one over SSH."""
