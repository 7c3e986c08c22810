"""The only writer: values by wire name in, rows as stored out, inside one transaction.

A unit of work collects what is to be written and sends it together: public ids are made in the process, so a row can
be referred to before its INSERT has travelled, and a row that is to be changed is locked and known. Failures name the
write they belong to (``tag``).

Callers hold the entity's own permission; row permissions (update, delete, refer) are checked here. A unit that writes
with the rights of the system knows the *caller* too: a reference that the caller sent must be one that the caller may
make, whatever the system could.
"""

from entities.store.units import Unit, inserts_wait, unit

__all__ = ["Unit", "inserts_wait", "unit"]
