"""The one place that wires use cases to adapters: planning.py for stories, drawing.py for pictures, sweeping.py.

Modules of their own, because only the functions that draw import openai.
"""
