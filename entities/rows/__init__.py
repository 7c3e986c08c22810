"""Reads: rows of an entity as plain dicts, in a number of statements that does not grow with the number of rows.

What an actor may not read is not there. Nothing here knows HTTP: the routes of CRUD and the operations of actions read
through the same functions.
"""

from entities.rows.reads import Page, fetch, get, key_of, related, select, select_rows, stream

__all__ = ["Page", "fetch", "get", "key_of", "related", "select", "select_rows", "stream"]
