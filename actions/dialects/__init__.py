"""Notations for actions, each a document in and plans out; none knows of another."""
