"""Other people's art, under its own licences: fetched to measure with, drawn on this machine, never committed."""
