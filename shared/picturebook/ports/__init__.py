"""The interfaces, as protocols, that use cases need from outside. Each has one contract suite in `tests/contracts/`."""
