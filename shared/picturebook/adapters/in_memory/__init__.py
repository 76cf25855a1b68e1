"""The ports that the Python API needs, without AWS; they forget everything at exit. The tests have the others."""
