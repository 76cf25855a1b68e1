"""Reads a prompt: who is in the picture, where and when the scene is, and which things stand in it."""
