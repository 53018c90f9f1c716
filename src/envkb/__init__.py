"""Evidence for ML environment decisions: capture, compare, judge and cite experiments."""

__version__ = "0.1.0"
