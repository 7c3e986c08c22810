"""Daptin's notation: a document's data in, drafts with the places of their problems, then plans out."""
