"""Secrets at rest: hashed with the configured hasher or encrypted, and never hashed twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.fernet import InvalidToken
from django.contrib.auth.hashers import check_password, identify_hasher
from django.core.exceptions import FieldError, ValidationError
from django.db import connection, models
from django.test.utils import isolate_apps

from entities.fields import column_type, column_type_of
from entities.fields.models import (
    EncryptedField,
    HashedField,
    Md5Field,
    Md5HashedField,
    Sealed,
    SealedField,
    encryption,
)

HELLO_MD5 = hashlib.md5(b"hello").hexdigest()


@pytest.fixture
def vault() -> Iterator[Any]:
    """A model with every secret field, and its table."""
    with isolate_apps("entities"):

        class Vault(models.Model):
            password = HashedField()
            fingerprint = Md5Field()
            doubled = Md5HashedField()
            note = EncryptedField(null=True)
            sealed = SealedField(null=True)

            class Meta:
                app_label = "entities"

            def __str__(self) -> str:
                return "vault"

        with connection.schema_editor() as editor:
            editor.create_model(Vault)
        yield Vault
        with connection.schema_editor() as editor:
            editor.delete_model(Vault)


def stored(name: str) -> Any:
    """Return what the database holds in a column."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name} FROM entities_vault")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_secrets_are_hashed_once(vault: Any) -> None:
    """A plain text is hashed when it is saved; what was read is saved as it is."""
    vault.objects.create(password="hello", fingerprint="hello", doubled="hello", note="hello")
    first = stored("password")
    assert check_password("hello", first)
    assert stored("fingerprint") == HELLO_MD5
    assert check_password(HELLO_MD5, stored("doubled"))

    row = vault.objects.get()
    row.save()
    assert stored("password") == first
    assert stored("fingerprint") == HELLO_MD5


@pytest.mark.django_db(transaction=True)
def test_a_text_that_looks_like_a_hash_is_hashed(vault: Any) -> None:
    """Nobody can choose the hash that is stored."""
    forged = column_type("password").stored("known")
    vault.objects.create(password=str(forged), fingerprint="a", doubled="a")
    assert stored("password") != forged
    assert check_password(str(forged), stored("password"))


@pytest.mark.django_db(transaction=True)
def test_encrypted_text_is_plain_in_the_process_only(vault: Any) -> None:
    """The row is unreadable, the instance is not; null stays null."""
    vault.objects.create(password="a", fingerprint="a", doubled="a", note="Grüße")
    assert "Grüße" not in stored("note")
    row = vault.objects.get()
    assert row.note == "Grüße"
    row.note = None
    row.save()
    assert (stored("note"), vault.objects.filter(note__isnull=True).count()) == (None, 1)


@pytest.mark.django_db(transaction=True)
def test_sealed_text_is_encrypted_until_it_is_opened(vault: Any) -> None:
    """Neither the row nor what is read from it is plain; saving it again changes nothing; null stays null."""
    vault.objects.create(password="a", fingerprint="a", doubled="a", sealed="Grüße")
    row = vault.objects.get()
    assert stored("sealed") == row.sealed != "Grüße"
    assert row.sealed.open() == row.sealed.renewed().open() == "Grüße"
    row.save()
    assert stored("sealed") == row.sealed
    row.sealed = None
    row.save()
    assert (stored("sealed"), vault.objects.get().sealed) == (None, None)


@pytest.mark.django_db(transaction=True)
def test_a_dump_holds_the_sealed_text(vault: Any) -> None:
    """What serializers write is encrypted, and what they read is not encrypted again."""
    field = vault._meta.get_field("sealed")
    dumped = field.value_to_string(vault(sealed="Grüße"))
    assert Sealed(dumped).open() == "Grüße"
    assert field.get_prep_value(field.to_python(dumped)) == dumped
    assert field.to_python(None) is None


@pytest.mark.django_db(transaction=True)
def test_a_dump_holds_encrypted_text(vault: Any, settings: Any) -> None:
    """It is plain again where the key is known, and refused elsewhere: encrypted once more it would be lost."""
    field = vault._meta.get_field("note")
    dumped = field.value_to_string(vault(note="canary"))
    assert "canary" not in dumped
    assert field.to_python(dumped) == "canary"
    for plain in (None, "", "gAAAA of ours", "plain"):
        assert field.to_python(plain) == plain
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key" * 6, []
    with pytest.raises(ValidationError, match="a key that is not known here"):
        field.to_python(dumped)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lookup", ["password", "fingerprint__startswith", "note", "note__contains", "sealed"])
def test_secrets_cannot_be_searched(vault: Any, lookup: str) -> None:
    """A filter on a secret is an error, not a wrong answer."""
    with pytest.raises(FieldError, match="Unsupported lookup"):
        vault.objects.filter(**{lookup: "a"})


@pytest.mark.parametrize("name", ["password", "bcrypt", "md5-bcrypt"])
def test_secrets_use_the_configured_hasher(name: str, settings: Any) -> None:
    """Whatever the type is called, Django's first hasher does it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    assert identify_hasher(column_type(name).stored("hello")).algorithm == "pbkdf2_sha256"


def test_md5_stays_md5() -> None:
    """Readers of an md5 column compare the plain digest."""
    assert column_type("md5").stored("hello") == HELLO_MD5


@pytest.mark.parametrize(
    ("field", "name"),
    [
        (HashedField(), "password"),
        (Md5Field(), "md5"),
        (Md5HashedField(), "md5-bcrypt"),
        (EncryptedField(), "encrypted"),
    ],
)
def test_secret_fields_are_recognised(field: Any, name: str) -> None:
    """A model that uses such a field has the column type without being told, and it is never readable."""
    kind = column_type_of(field)
    assert (kind.name, kind.is_secret) == (name, True)
    rebuilt = type(field)(*field.deconstruct()[2], **field.deconstruct()[3])
    assert rebuilt.max_length == field.max_length


def test_keys_rotate(settings: Any) -> None:
    """The first key encrypts, all decrypt; without the key a token is refused."""
    settings.ENTITIES = {"ENCRYPTION_KEYS": ["old"]}
    token = encryption().encrypt(b"hello")
    settings.ENTITIES = {"ENCRYPTION_KEYS": ["new", "old"]}
    assert encryption().decrypt(token) == b"hello"
    settings.ENTITIES = {"ENCRYPTION_KEYS": ["new"]}
    with pytest.raises(InvalidToken):
        encryption().decrypt(token)


def test_the_secret_key_and_its_fallbacks_are_the_default_keys(settings: Any) -> None:
    """A rotated SECRET_KEY keeps old tokens readable as long as it is a fallback."""
    settings.ENTITIES = {}
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "old", []
    token = encryption().encrypt(b"hello")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", ["old"]
    assert encryption().decrypt(token) == b"hello"
