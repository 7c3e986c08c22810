"""An account in, the names of the groups that it belongs to out: one statement, when somebody first asks.

Names of groups are not unique, and actions may let anybody create a group of any name. The group that is meant by a
name is therefore the oldest one that has it: nobody joins it by making another.
"""

from __future__ import annotations

from functools import cached_property
from uuid import UUID

from django.db.models import Exists, OuterRef

from entities.models import Membership, UserGroup


class Memberships:
    """The groups of one account; ``have_rows`` where it is not known that no row was shared with any of them."""

    def __init__(self, account_id: UUID, *, have_rows: bool = True) -> None:
        self._account_id = account_id
        self.have_rows = have_rows

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that mean a group which the account belongs to."""
        older = UserGroup.objects.filter(name=OuterRef("usergroup__name"), reference_id__lt=OuterRef("usergroup_id"))
        meant = Membership.objects.filter(~Exists(older), user_id=self._account_id)
        return frozenset(meant.values_list("usergroup__name", flat=True))
