"""What the use cases need from the world, as protocols. Each port has one contract suite in `tests/contracts/`."""
