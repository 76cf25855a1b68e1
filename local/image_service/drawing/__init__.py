"""Draws picture-book scenes from a prompt's words and its reference images. Pillow only, no fonts, no network."""
