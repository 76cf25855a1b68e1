"""The HTML pages of a book: `book_page` for its readers, `production_page` for its makers. Pure.

Each is one HTML file without scripts, which needs only its pictures. Text may be hostile and is escaped by `markup`.
"""
