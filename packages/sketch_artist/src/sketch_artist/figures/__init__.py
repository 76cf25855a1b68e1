"""Draws characters. Every figure stands on (0, 0), is about 1 unit tall, and faces the viewer."""
