"""The one place that wires use cases to adapters: planning.py for stories, drawing.py for pictures.

Two modules, because only the functions that draw import openai.
"""
