"""Generates the reference of the events from the payload models: the tables of `docs/events.md`, samples, schemas."""
