"""The one place that wires use cases to adapters: for stories, pictures, circuits, models, the sweep.

Modules of their own, because each function pays for what it imports: only those that call the image service (accepting
stories, drawing, checking models) import openai.
"""
