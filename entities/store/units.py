"""What a unit of work writes: values by wire name in, rows as stored out, or why they are refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, models, transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils import timezone

from entities import batches, statements
from entities.actors import Actor
from entities.changes import check_right, check_written, complete, field_name, without_echoes
from entities.conflicts import translated
from entities.deletions import delete_rows
from entities.entity import Entity
from entities.errors import Conflict, InvalidValues, NotFound, VersionConflict
from entities.permissions import Right
from entities.records import Acceptance
from entities.references import Caller, References
from entities.store.transactions import Transaction


@dataclass(frozen=True, slots=True)
class _Target:
    """A row that was found and may be changed."""

    instance: models.Model
    key: Any


class Unit(Transaction):
    """All writes of one transaction, with the rights of one actor at a time. Not for two threads."""

    def __init__(
        self,
        actor: Actor,
        *,
        owner: UUID | None = None,
        reads_text: bool = False,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        super().__init__(using)
        self.actor = actor
        self.owner = owner or actor.id
        self._reads_text = reads_text
        self._references = References(using, self._flush_changes)

    @property
    def caller(self) -> Caller | None:
        """Who asked for what the system writes."""
        return self._references.caller

    @caller.setter
    def caller(self, caller: Caller | None) -> None:
        self._references.caller = caller

    def create(self, entity: Entity, values: Mapping[str, Any], *, tag: object = None) -> dict[str, Any]:
        """Create a row and return it as stored.

        Raises:
            InvalidValues: refused values or references, all of them.
            Conflict: a unique value is taken; perhaps only when the unit is flushed.
            NotAllowed: nobody writes rows of the entity; as for update and delete.
        """
        check_written(entity)
        accepted = self._accept(entity, values, partial=False)
        record = complete(entity, accepted, self.owner)
        if statements.writes_directly(entity):
            insert = statements.insert(entity.model, self._connection)
            self._pending.append(batches.Pending(entity, insert.sql, insert.parameters(record), tag))
        else:
            record = self._save_new(entity, record, tag)
        row = entity.to_row(record)
        self._references.add_made((entity.name, row["reference_id"]), record[entity.key_column])
        return row

    def update(
        self, entity: Entity, public_id: object, values: Mapping[str, Any], *, tag: object = None
    ) -> dict[str, Any]:
        """Change the named fields of a row and return it as stored. A given ``version`` must be the stored one.

        Raises:
            NotFound, Forbidden, VersionConflict, InvalidValues, Conflict; what only the database refuses, perhaps
            when the unit is flushed.
        """
        check_written(entity)
        self.begin()
        changes = dict(values)
        expected = changes.pop("version", None)
        found = self._locked(entity, public_id, Right.UPDATE)
        instance = found.instance
        if expected is not None and str(expected) != str(getattr(instance, "version", expected)):
            raise VersionConflict(f"This '{entity.name}' has changed since version {expected}.")
        accepted = self._accept(entity, without_echoes(entity, instance, changes), partial=True)
        for column, value in accepted.items():
            setattr(instance, column, value)
        self._save_changes(entity, instance, accepted, tag)
        row = entity.to_row(vars(instance))
        self._know_locked(entity, row, found.key)
        return row

    def delete(self, entity: Entity, public_id: object, *, tag: object = None) -> None:
        """Delete a row and what belongs to it.

        Raises:
            NotFound, Forbidden, or Conflict while rows that must stay refer to it.
        """
        check_written(entity)
        self.begin()
        found = self._locked(entity, public_id, Right.DELETE)
        with translated(entity, tag):
            try:
                found.instance.delete()
            except (ProtectedError, RestrictedError):
                raise Conflict(f"Other rows still refer to this '{entity.name}'.") from None
        self._references.forget((entity.name, entity.public_id(found.key)))

    def delete_all(self, entity: Entity, keys: Sequence[Any]) -> int:
        """Delete those rows that are there and may be deleted, and what belongs to them; return how many.

        Raises:
            NotAllowed, or Conflict while rows that must stay refer to one of them.
        """
        check_written(entity)
        self.begin()
        gone = delete_rows(entity, keys, self.actor, self._connection)
        for key in gone:
            self._references.forget((entity.name, entity.public_id(key)))
        return len(gone)

    def lock(self, entity: Entity, public_id: object, right: Right, actor: Actor) -> dict[str, Any]:
        """Return a row that ``actor`` may read and has the right on, locked until the transaction ends.

        Raises:
            NotFound: also where the actor may not read it. Forbidden: without the right.
        """
        self.begin()
        found = self._locked(entity, public_id, Right.READ, actor)
        check_right(entity, found.instance, right, actor)
        row = entity.to_row(vars(found.instance))
        self._know_locked(entity, row, found.key)
        return row

    def look_up(self, entity: Entity, public_id: object, right: Right, actor: Actor) -> dict[str, Any]:
        """Return the row that ``lock`` would, without locking it: by the time that it is locked it may be another.

        Raises:
            NotFound, Forbidden.
        """
        self.flush()
        key = entity.key(public_id)
        rows = entity.model._base_manager.using(self._connection.alias)
        instance = None if key is None else rows.filter(pk=key).first()
        if instance is None:
            raise NotFound(entity.name, public_id)
        for needed in (Right.READ, right):
            check_right(entity, instance, needed, actor)
        return entity.to_row(vars(instance))

    def _know_locked(self, entity: Entity, row: Mapping[str, Any], key: Any) -> None:
        """Know a row that is locked: the system may refer to it, and it will not go away."""
        if self.actor.is_system:
            self._references.add_locked((entity.name, row["reference_id"]), key)

    def act_as(self, actor: Actor) -> None:
        """Write with the rights of another actor from here on; whom rows belong to stays."""
        if actor != self.actor:
            self.flush()  # so that the look-ups of either see what the other created
            self._references.forget_all()
            self.actor = actor

    def _remember(self) -> Callable[[], None]:
        restore_writes, restore_references = super()._remember(), self._references.remember()

        def restore() -> None:
            restore_writes()
            restore_references()

        return restore

    def _accept(self, entity: Entity, values: Mapping[str, Any], *, partial: bool) -> dict[str, Any]:
        acceptance = Acceptance(self.actor, reads_text=self._reads_text, partial=partial)
        accepted = acceptance.accept(entity, values)
        problems = [
            problem
            for field in entity.references
            if accepted.get(field.column) is not None
            for problem in self._references.resolve(field, accepted, self.actor)
        ]
        if problems:
            raise InvalidValues(problems)
        return accepted

    def _save_new(self, entity: Entity, record: Mapping[str, Any], tag: object) -> dict[str, Any]:
        self.begin()
        key = entity.key_column
        given = {column: value for column, value in record.items() if column != key or value is not None}
        instance = entity.model(**given)
        with translated(entity, tag):
            instance.save(force_insert=True, using=self._connection.alias)
        return dict(vars(instance))

    def _locked(self, entity: Entity, public_id: object, right: Right, actor: Actor | None = None) -> _Target:
        key = entity.key(public_id)
        instance = statements.locked(entity.model, key, self._connection) if key is not None else None
        if instance is None:
            raise NotFound(entity.name, public_id)
        check_right(entity, instance, right, actor or self.actor)
        return _Target(instance, key)

    def _save_changes(self, entity: Entity, instance: models.Model, accepted: dict[str, Any], tag: object) -> None:
        if not accepted:
            return
        columns = list(accepted)
        if entity.has_row_permissions:
            instance.version += 1  # type: ignore[attr-defined]
            columns += ["version", "updated_at"]
        made = statements.set_at_update(entity.model, tuple(columns)) if statements.writes_directly(entity) else None
        if made is None:
            self._save_instance(entity, instance, columns, tag)
            return
        now = timezone.now()
        for column, make in made:
            setattr(instance, column, make(now))
        statement = statements.update(entity.model, tuple(columns), self._connection)
        parameters = statement.parameters(vars(instance))
        self._pending.append(batches.Pending(entity, statement.sql, parameters, tag, changes=True))

    def _save_instance(self, entity: Entity, instance: models.Model, columns: Sequence[str], tag: object) -> None:
        names = [entity.model._meta.get_field(field_name(entity, column)).name for column in columns]
        with translated(entity, tag), transaction.atomic(using=self._connection.alias, savepoint=False):
            instance.save(update_fields=names, using=self._connection.alias)


def inserts_wait(entity: Entity) -> bool:
    """Say whether the INSERT of a new row waits within the unit until something is read, or everything is committed."""
    return statements.writes_directly(entity)


def unit(actor: Actor, *, using: str = DEFAULT_DB_ALIAS) -> Unit:
    """Return a unit of work to be used as a context manager: committed when the block ends, or undone."""
    return Unit(actor, using=using)
