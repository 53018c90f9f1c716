"""Pure probes: each makes facts of a snapshot and asks nothing of the machine it runs on."""
