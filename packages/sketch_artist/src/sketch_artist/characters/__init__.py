"""Decides how each character looks and where it stands, and draws character sheets. `figures` draws the bodies."""
