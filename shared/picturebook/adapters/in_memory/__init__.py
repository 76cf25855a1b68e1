"""In-memory implementations of the ports that the Python API needs; the tests have the others."""
