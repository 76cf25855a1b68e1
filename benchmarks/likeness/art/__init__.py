"""Other people's art, under its own licences: fetched when it is measured with, drawn on this machine, never committed."""
