"""Benchmarks (`make bench`). Figures are compared within one run, because machines differ and change their speed."""
