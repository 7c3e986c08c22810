"""Definitions as the entity ``action``: read by whoever may know of an action, written by administrators.

    document --read--> Change --prepare--> Prepared --save--> a version, served by every process

A definition is written by the same way as in the admin (``actions.loading``): compiled first, never saved broken, each
text a version with its author.
"""
