"""The append-only log of digests: C2SP tlog-tiles files and signed checkpoints below `kb/log/`."""
