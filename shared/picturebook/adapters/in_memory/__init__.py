"""The ports without AWS: for scripts that want no account, and for tests. They forget everything at exit."""
