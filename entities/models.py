"""What CRUD itself stores: the abstract base of every row, accounts, groups and who belongs to which.

``reference_id`` is both the primary key and the public id: a UUID v7 made in the process. There is no second key to
hide, a reference needs no look-up, and a row can be referred to before its INSERT has travelled.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from entities.identifiers import uuid7
from entities.permissions import OWNED_ROW, READ_ONLY
from entities.registry import register

models.CharField.register_lookup(Lower)


class EntityModel(models.Model):
    """Columns that every row of an entity has. ``permission`` holds bits of ``entities.permissions``."""

    reference_id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    permission = models.IntegerField(default=OWNED_ROW)
    user_account = models.ForeignKey(
        "entities.UserAccount", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    carries_permission: ClassVar[bool] = True
    owner_column: ClassVar[str] = "user_account_id"

    class Meta:
        abstract = True


class UserAccountManager(BaseUserManager["UserAccount"]):
    """Creates accounts and finds them by e-mail without regard to case."""

    def get_by_natural_key(self, username: str | None) -> UserAccount:
        return self.get(email__lower=(username or "").lower())

    def create_user(self, email: str, password: str | None = None, **values: Any) -> UserAccount:
        account = self.model(email=email, **values)
        account.set_password(password)
        account.user_account_id = account.pk
        account.save(using=self._db)
        return account

    def create_superuser(self, email: str, password: str | None = None, **values: Any) -> UserAccount:
        values.setdefault("name", email.partition("@")[0])
        return self.create_user(email, password, is_staff=True, is_superuser=True, confirmed=True, **values)


@register(
    name="user_account",
    permission=READ_ONLY,
    hidden=("last_login", "is_superuser", "is_staff", "is_active", "groups", "user_permissions"),
    column_types={"password": "password"},
)
class UserAccount(EntityModel, AbstractBaseUser, PermissionsMixin):
    """Somebody who can sign in. Owns itself."""

    name = models.CharField(max_length=100)
    email = models.EmailField(max_length=254)
    confirmed = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserAccountManager()

    class Meta:
        db_table = "user_account"
        verbose_name = "user account"
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="user_account_email", violation_error_message="This e-mail is taken."
            )
        ]

    def __str__(self) -> str:
        return self.email


@register(name="usergroup", permission=READ_ONLY)
class UserGroup(EntityModel):
    """A group of accounts."""

    name = models.CharField(max_length=200, db_index=True)
    members: models.ManyToManyField[UserAccount, Membership] = models.ManyToManyField(
        UserAccount, through="Membership", through_fields=("usergroup", "user"), related_name="usergroups"
    )

    class Meta:
        db_table = "usergroup"
        verbose_name = "user group"

    def __str__(self) -> str:
        return self.name


@register(
    name="user_user_id_has_usergroup_usergroup_id",
    aliases=("user_account_user_account_id_has_usergroup_usergroup_id",),
    column_aliases={"user_account_id": "user", "user_account": "user"},
    permission=READ_ONLY,
)
class Membership(EntityModel):
    """An account belongs to a group, once; the row is the account's own."""

    user_account = None
    owner_column: ClassVar[str] = "user_id"
    # The unique index begins with the account: another one for it alone would only cost.
    user = models.ForeignKey(UserAccount, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    usergroup = models.ForeignKey(UserGroup, on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        db_table = "user_user_id_has_usergroup_usergroup_id"
        constraints = [models.UniqueConstraint(fields=["user", "usergroup"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.usergroup_id}"


@register(name="row_usergroup", permission=0)
class RowGroup(models.Model):
    """A row was shared with a group. Rows of all entities are here: public ids are unique among all of them.

    ``permission`` has the bits that the group gets; where it is null, the row's own bits for groups hold. Only
    administrators and actions see these rows as such; owners change them through the relation ``usergroup_id``.
    """

    reference_id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    row_id = models.UUIDField()
    usergroup = models.ForeignKey(UserGroup, on_delete=models.CASCADE, related_name="+")
    permission = models.IntegerField(null=True, blank=True)

    class Meta:
        db_table = "row_usergroup"
        verbose_name = "sharing with a group"
        verbose_name_plural = "sharings with groups"
        constraints = [models.UniqueConstraint(fields=["row_id", "usergroup"], name="row_usergroup_once")]

    def __str__(self) -> str:
        return f"{self.row_id} with {self.usergroup_id}"


def unshare(instance: EntityModel, **_: Any) -> None:
    """Forget with whom a deleted row was shared."""
    RowGroup.objects.filter(row_id=instance.pk).delete()
