"""The cloud on one machine: the deployment's own template and bundle on MiniStack, an AWS emulator.

Nothing here describes a queue, table, rule or function: only `infra/` does.
"""
