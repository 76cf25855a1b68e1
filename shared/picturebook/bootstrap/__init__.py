"""The one place that wires use cases to adapters: for stories, for pictures, for circuits.

Modules of their own, because only the functions that draw import openai, and each pays for what it imports.
"""
