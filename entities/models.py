"""What CRUD itself stores: the abstract base of every row, accounts, groups, who belongs to which, and the entities.

``reference_id`` is both the primary key and the public id: a UUID v7 made in the process. There is no second key to
hide, a reference needs no look-up, and a row can be referred to before its INSERT has travelled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from asgiref.sync import sync_to_async
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from entities import proofs  # noqa: F401 - its models are this app's too
from entities.actors import Actor
from entities.identifiers import uuid7
from entities.passwords import check_password_policy
from entities.permissions import OWNED_ROW, READ_ONLY, is_visible
from entities.registry import all_entities, register

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


EMAIL_LENGTH = 254
_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def same_email(given: str, stored: str) -> bool:
    """Say whether two e-mails are one: ASCII letters in any case, everything else exactly.

    Other letters are not folded, for some fold into ASCII: the Kelvin sign is no 'k' (Django's CVE-2019-19844).
    """
    return given.translate(_ASCII_LOWER) == stored.translate(_ASCII_LOWER)


class UserAccountQuerySet(models.QuerySet["UserAccount"]):
    """Accounts; what changes them in bulk ends their sessions as a change of one does."""

    def update(self, **values: Any) -> int:
        """Update, and end the sessions of accounts whose password changes or that are deactivated."""
        ends = _ends_sessions(values)
        return super().update(**values, **({"auth_version": _raised(ends)} if ends else {}))

    def with_email(self, email: str) -> UserAccountQuerySet:
        """Return the account that the database takes for this e-mail's, at most one: ask ``same_email`` as well."""
        if len(email) > EMAIL_LENGTH or not email.isprintable():
            return self.none()  # no e-mail has a NUL or half a character, which some database refuses to look for
        # The database folds both sides, as its unique index does.
        return self.filter(email__lower=Lower(Value(email)))


class UserAccountManager(BaseUserManager["UserAccount"]):
    """Creates accounts and finds them by e-mail without regard to case."""

    def get_queryset(self) -> UserAccountQuerySet:
        return UserAccountQuerySet(self.model, using=self._db)

    def by_email(self, email: str) -> UserAccount | None:
        """Return the account with this e-mail, else ``None``."""
        found = self.get_queryset().with_email(email).first()
        return found if found is not None and same_email(email, found.email) else None

    def get_by_natural_key(self, username: str | None) -> UserAccount:
        found = self.by_email(username or "")
        if found is None:
            raise self.model.DoesNotExist
        return found

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
    hidden=("last_login", "is_superuser", "is_staff", "is_active", "auth_version", "groups", "user_permissions"),
    column_types={"password": "password"},
    validators={"password": (check_password_policy,)},
)
class UserAccount(EntityModel, AbstractBaseUser, PermissionsMixin):
    """Somebody who can sign in. Owns itself.

    ``auth_version`` counts how often the account's sessions were ended. Tokens and sessions carry the number that they
    were made under, and are good only while it stands. It rises in the database, in the statement that changes the
    password or deactivates the account, and is never written from an instance: one that was read earlier must not
    bring ended sessions back.
    """

    name = models.CharField(max_length=100)
    email = models.EmailField(max_length=EMAIL_LENGTH)
    confirmed = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    auth_version = models.PositiveIntegerField(default=1, editable=False)

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

    def end_sessions(self) -> None:
        """Sign out everywhere: every token and session that was made before is at an end."""
        accounts = UserAccount._base_manager.using(self._state.db)
        accounts.filter(pk=self.pk).update(auth_version=F("auth_version") + 1)
        self.refresh_from_db(fields=["auth_version"])

    def check_password(self, raw_password: str | None) -> bool:
        """Say whether this is the password. Where its hash is outdated it is hashed anew, which ends no session."""
        return check_password(raw_password, self.password, self._rehash)

    async def acheck_password(self, raw_password: str | None) -> bool:
        """See ``check_password``."""
        return await sync_to_async(self.check_password)(raw_password)

    def _rehash(self, raw_password: str) -> None:
        before, self.password = self.password, make_password(raw_password)
        accounts = UserAccount._base_manager.using(self._state.db)
        accounts.filter(pk=self.pk, password=before).update(password=self.password)  # or it has been changed meanwhile

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what Django's sessions are bound to: the count, which changes with the password."""
        value = f"{self.pk}:{self.auth_version}"
        return salted_hmac("entities.models.sessions", value, secret=secret, algorithm="sha256").hexdigest()

    def _do_update(self, base_qs: Any, using: Any, pk_val: Any, values: Any, *further: Any) -> Any:
        """Update, as every ``save`` does in the end, and raise ``auth_version`` by what is really written."""
        written = [item for item in values if item[0].name != "auth_version"]
        ends = _ends_sessions({field.name: value for field, _, value in written})
        if ends:
            written.append((self._meta.get_field("auth_version"), None, _raised(ends)))
        updated = super()._do_update(base_qs, using, pk_val, written, *further)
        if ends and updated:
            self.auth_version = base_qs.values_list("auth_version", flat=True).get(pk=pk_val)
        return updated


def _ends_sessions(values: Mapping[str, Any]) -> Q | None:
    """Return of which accounts an UPDATE with these values ends the sessions, ``None`` when it can be of none."""
    ends = Q()
    if "password" in values:
        ends |= ~Q(password=values["password"])
    if "is_active" in values:
        ends |= Q(is_active=True) & ~Q(is_active=values["is_active"])
    return ends or None


def _raised(ends: Q) -> Case:
    raised, kept = F("auth_version") + 1, F("auth_version")
    return Case(When(ends, then=raised), default=kept, output_field=models.IntegerField())


@register(name="usergroup", permission=READ_ONLY)
class UserGroup(EntityModel):
    """A group of accounts. To its members its row is as if shared with them: they see it and may refer to it."""

    is_group: ClassVar[bool] = True

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
    usergroup = models.ForeignKey(UserGroup, on_delete=models.CASCADE, related_name="+", db_index=False)
    permission = models.IntegerField(null=True, blank=True)

    class Meta:
        db_table = "row_usergroup"
        verbose_name = "sharing with a group"
        verbose_name_plural = "sharings with groups"
        constraints = [models.UniqueConstraint(fields=["row_id", "usergroup"], name="row_usergroup_once")]
        indexes = [models.Index(fields=["usergroup", "permission", "row_id"], name="row_usergroup_rows")]  # for lists

    def __str__(self) -> str:
        return f"{self.row_id} with {self.usergroup_id}"


def unshare(instance: EntityModel, **_: Any) -> None:
    """Forget with whom a deleted row was shared."""
    RowGroup.objects.filter(row_id=instance.pk).delete()


def _known_worlds(right: int, actor: Actor) -> models.Q:
    """Return the condition for the entities that the actor may know of: no other right is needed on their rows."""
    return models.Q(table_name__in=[entity.name for entity in all_entities() if is_visible(entity, actor)])


@register(name="world", permission=READ_ONLY, row_rule=_known_worlds, read_only=True)
class World(models.Model):
    """One exposed entity, as clients of the original look it up. Written by ``entities.worlds`` alone."""

    reference_id = models.UUIDField(primary_key=True, editable=False)
    table_name = models.CharField(max_length=200, unique=True)
    world_schema_json = models.TextField()
    permission = models.IntegerField()
    default_permission = models.IntegerField()
    default_order = models.CharField(max_length=100, blank=True)
    is_top_level = models.BooleanField()
    is_hidden = models.BooleanField()
    is_join_table = models.BooleanField()
    is_state_tracking_enabled = models.BooleanField()
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "world"
        verbose_name = "entity"
        verbose_name_plural = "entities"
        ordering = ["table_name"]

    def __str__(self) -> str:
        return self.table_name
