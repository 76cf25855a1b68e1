"""The interfaces, as protocols, that use cases need from outside. Those with a fake
and a real adapter have one contract suite for both in `tests/contracts/`.
"""
