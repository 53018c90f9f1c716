"""Citations: pure text about records."""
