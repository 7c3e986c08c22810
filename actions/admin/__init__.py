"""Definitions in the admin: YAML in, a version out, or every problem at its line; and what else there is to see and do.

A text that does not compile changes nothing; what is served stays as it is. Two people who edit the same version cannot
overwrite one another: the second is told. Versions are shown and never changed. Secrets are written and never shown.
"""

from actions.admin import definitions, deliveries, integrations, outbox, runs, secrets, texts

__all__ = ["definitions", "deliveries", "integrations", "outbox", "runs", "secrets", "texts"]
