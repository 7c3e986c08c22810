"""Many rows at once: an entity's rows as a file, a file as an entity's rows, and rows that are made up.

    rows.stream --> writing --> file          file --> reading --> importing --> unit.create, unit.update

A file is hostile until it was read: its size, its archive, its cells and what they spell are bounded before anything
is stored, and every row of it has to be right, or none is stored. Nothing here knows of actions, expressions or HTTP.
"""
