"""Art of other artists, under licences of its own: downloaded for measuring, drawn on this machine, never committed."""
