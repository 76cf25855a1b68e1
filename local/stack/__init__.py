"""The cloud on one machine: MiniStack, with the template and the bundle of the real deployment on it.

Nothing here describes a queue, table, rule or function: `infra/` does that, once.
"""
