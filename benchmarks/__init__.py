"""Measures, as commands: `make bench`. Ratios are compared within one run, since machines differ and drift."""
