"""The pages that show a book: `book_page` to its readers, `production_page` to the people who make it. Pure.

Each is one HTML file without scripts that needs nothing but its pictures. Every word in it may be hostile: all of it
goes through `markup`.
"""
