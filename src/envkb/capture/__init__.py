"""From a host and a prefix to facts: dumb collecting, pure probing."""
