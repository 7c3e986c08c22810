"""The only writer: values by wire name in, rows as stored out, inside one transaction.

A unit of work collects what is to be written and sends it together: public ids are made in the process, so a row can
be referred to before its INSERT has travelled, and a row that is to be changed is locked and known. Everything pending
is sent before any read, update or delete and before the commit, so nobody can see the difference, but for the round
trips. A unit that turns out to be one batch of INSERTs needs no BEGIN and no COMMIT: one statement is a transaction.
Failures name the write they belong to (``tag``).

Callers hold the entity's own permission; row permissions (update, delete, refer) are checked here. A unit that writes
with the rights of the system knows the *caller* too: a reference that the caller sent must be one that the caller may
make, whatever the system could.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
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
from entities.savepoints import Savepoints


@dataclass(frozen=True, slots=True)
class _Target:
    """A row that was found and may be changed."""

    instance: models.Model
    key: Any


class Unit:
    """All writes of one transaction, which is opened by the first write that cannot wait. Not for two threads."""

    def __init__(
        self,
        actor: Actor,
        *,
        owner: UUID | None = None,
        reads_text: bool = False,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        self.actor = actor
        self.owner = owner or actor.id
        self._reads_text = reads_text
        self._connection = connections[using]
        self._pending: list[batches.Pending] = []
        self._references = References(using, self._send_updates)
        self._afterwards: list[Callable[[], object]] = []
        self._transaction = ExitStack()
        self._is_open = False
        self._savepoints = Savepoints(using, self._remember_all)

    @property
    def caller(self) -> Caller | None:
        """Who asked for what the system writes."""
        return self._references.caller

    @caller.setter
    def caller(self, caller: Caller | None) -> None:
        self._references.caller = caller

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: Any) -> None:
        """Commit everything, or undo everything when the block failed.

        Raises:
            Conflict, InvalidValues: also for what the database only finds out at the commit.
        """
        with self._transaction, translated(None, None):
            if failure[0] is None:
                self._commit()
            else:
                self._savepoints.undo_all(failure)
                self._pending.clear()
                self._transaction.__exit__(*failure)

    def _commit(self) -> None:
        self._savepoints.keep_all()
        if self._pending and not self._is_open and batches.is_transaction(self._connection, self._pending):
            batches.send(self._connection, self._pending)
        else:
            self.flush()
        self._transaction.close()
        for callback in self._afterwards:
            transaction.on_commit(callback, using=self._connection.alias, robust=True)

    def begin(self) -> None:
        """Be inside the transaction, with nothing pending: what the caller writes by itself belongs to it."""
        self._open()
        self.flush()

    def _open(self) -> None:
        if not self._is_open:
            self._transaction.enter_context(transaction.atomic(using=self._connection.alias))
            self._is_open = True

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

    def add(self, row: models.Model, *, tag: object = None) -> None:
        """Insert a row of a model that is no entity: nobody asks for it, so nothing is checked."""
        self.add_record(type(row), vars(row), tag=tag)

    def add_record(self, model: type[models.Model], record: Mapping[str, Any], *, tag: object = None) -> None:
        """Insert a row as ``add`` does, given as the values of all columns: what makes many need no instances."""
        insert = statements.insert(model, self._connection)
        self._pending.append(batches.Pending(None, insert.sql, insert.parameters(record), tag))

    def add_statement(self, sql: str, parameters: Sequence[Any]) -> None:
        """Have a statement of ours, which writes another row than those that wait, sent with them."""
        self._pending.append(batches.Pending(None, sql, parameters, None))

    def after_commit(self, callback: Callable[[], object]) -> None:
        """Call back once everything is committed; never when it is not. What the call raises is logged."""
        self._afterwards.append(callback)

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
        self._remember(entity, row, found.key)
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
        self._remember(entity, row, found.key)
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

    def _remember(self, entity: Entity, row: Mapping[str, Any], key: Any) -> None:
        """Know a row that is locked: the system may refer to it, and it will not go away."""
        if self.actor.is_system:
            self._references.add_locked((entity.name, row["reference_id"]), key)

    def flush(self) -> None:
        """Send everything pending; what is read from now on sees it.

        Raises:
            Conflict, InvalidValues: with the ``tag`` of the write that failed.
        """
        if self._pending:
            self._open()
            pending, self._pending = self._pending, []
            batches.send(self._connection, pending)

    def _send_updates(self) -> None:
        """Have rows granted what they grant now; INSERTs that wait are of rows that are known without looking."""
        if any(item.changes for item in self._pending):
            self.flush()

    def act_as(self, actor: Actor) -> None:
        """Write with the rights of another actor from here on; whom rows belong to stays."""
        if actor != self.actor:
            self.flush()  # so that the look-ups of either see what the other created
            self._references.forget_all()
            self.actor = actor

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what the block wrote when it raises; what was pending before is sent first."""
        self.begin()
        entered = self._savepoints.enter()
        try:
            with self.nested():
                yield
            self.flush()
        except BaseException as error:
            entered.undo((type(error), error, error.__traceback__))
            raise
        entered.keep()

    def nested(self) -> AbstractContextManager[None]:
        """Keep savepoints apart: those opened in the block end with it, and those around it are out of reach."""
        return self._savepoints.apart()

    def mark(self) -> None:
        """Open a savepoint, to be closed by one ``release`` or ``roll_back``; what was pending is sent before.

        Raises:
            TooManySavepoints.
        """
        self.begin()
        self._savepoints.open()

    def release(self) -> None:
        """Close the last savepoint, and keep what was written since.

        Raises:
            NoSavepoint.
        """
        self._savepoints.release()

    def roll_back(self) -> None:
        """Close the last savepoint, and undo what was written since and what was to be done after the commit.

        Raises:
            NoSavepoint.
        """
        self._savepoints.roll_back()

    @property
    def is_lost(self) -> bool:
        """Whether the transaction cannot go on: the database has undone more than the last savepoint."""
        return bool(self._connection.needs_rollback)

    def _remember_all(self) -> Callable[[], None]:
        """Return what brings back what is known and waits now; nothing is pending now, so whatever is then goes."""
        restore_references, afterwards = self._references.remember(), len(self._afterwards)

        def restore() -> None:
            self._pending.clear()
            restore_references()
            del self._afterwards[afterwards:]

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
