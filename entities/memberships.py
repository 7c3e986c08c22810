"""An actor and names of groups in; whether the actor belongs to one of them, out.

Names of groups are not unique, and actions may let anybody create a group of any name. The group that is meant by a
name is therefore the oldest one that has it: nobody joins it by making another.
"""

from __future__ import annotations

from collections.abc import Collection

from entities.actors import Actor
from entities.models import Membership, UserGroup


def is_member(actor: Actor, names: Collection[str]) -> bool:
    """Say whether the actor belongs to one of the groups that ``names`` mean."""
    if actor.id is None or not names:
        return False
    found = UserGroup.objects.filter(name__in=names).order_by("-reference_id").values_list("name", "reference_id")
    meant = dict(found).values()  # the last one of a name stays: the oldest
    return Membership.objects.filter(user_id=actor.id, usergroup_id__in=list(meant)).exists()
