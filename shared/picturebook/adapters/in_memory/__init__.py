"""In-memory implementations of the ports, for scripts without an AWS account and for tests."""
