"""Public ids: made in order, parsed strictly, sealed reversibly only here."""

from uuid import UUID, uuid4

import pytest

from entities.identifiers import parse_uuid, repeatable_ids, repeatable_number, seal, unseal, uuid7


def test_ids_are_version_7_and_in_order():
    """Ids made one after the other sort in the order in which they were made."""
    made = [uuid7() for _ in range(5_000)]
    assert made == sorted(set(made))
    assert {(item.version, item.variant) for item in made} == {(7, "specified in RFC 4122")}


def test_work_that_is_done_again_makes_the_ids_that_it_made():
    """From where it began, also within other work; what it makes beyond is new, and so is what follows."""
    with repeatable_ids() as again:
        first = [uuid7() for _ in range(3)]
        again()
        assert uuid7() == first[0]
        with repeatable_ids() as inner:
            assert uuid7() == first[1]
            inner()
            second = [uuid7() for _ in range(3)]
        assert second[:2] == first[1:]
        assert second[2] not in first
        assert [repeatable_number(made) for made in (first[0], str(second[2]))] == [0, 3]
        assert repeatable_number(uuid4()) is repeatable_number("x") is None
    assert uuid7() not in (*first, *second)
    assert repeatable_number(first[0]) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("1", id="a database key"),
        pytest.param("{00000000-0000-7000-8000-000000000000}", id="braces"),
        pytest.param("urn:uuid:00000000-0000-7000-8000-0000000", id="urn"),
        pytest.param("00000000000070008000000000000000----", id="dashes elsewhere"),
        pytest.param("0000000g-0000-7000-8000-000000000000", id="no hex"),
        pytest.param(7, id="a number"),
        pytest.param(None, id="null"),
    ],
)
def test_only_the_canonical_form_is_an_id(text):
    """What is no canonical UUID stands for no row."""
    assert parse_uuid(text) is None


def test_a_canonical_id_is_read_in_any_case():
    """The original's clients may send upper case."""
    made = uuid7()
    assert parse_uuid(str(made).upper()) == made


def test_a_sealed_key_opens_for_its_table_alone():
    """An integer key is stable and hidden in its public id, and means nothing for another table."""
    public_id = seal("auth_group", 42)
    assert isinstance(public_id, UUID)
    assert seal("auth_group", 42) == public_id != seal("auth_group", 43)
    assert unseal("auth_group", public_id) == 42
    assert unseal("auth_permission", public_id) is None
    assert unseal("auth_group", uuid4()) is None
