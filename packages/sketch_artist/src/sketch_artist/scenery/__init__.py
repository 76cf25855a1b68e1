"""Draws everything around the characters: the sky, the place, its plants and buildings, and the things in it."""
