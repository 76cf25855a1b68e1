"""The command line `picturebook`.

`app.py` lists the commands; each has a module in `commands/`. `book_run/` illustrates one story and fetches its book,
`progress/` follows a story by its events and shows it, `estimates/` prices a story before it is bought.
"""

from local.cli.app import main

__all__ = ["main"]
