"""The finished book: its manifest, and the pages that show it. Pure."""
