"""Identifiers that can be forgotten: readable with their person's key alone, and the log never needs them."""

import pytest
from django.db import OperationalError, connection, transaction

from apps.audit import person_keys
from apps.audit.log import sealer
from apps.audit.models import Entry, EntryIdentifier, PersonKey
from apps.audit.services import record
from tests.audit.conftest import MOBILE
from tests.audit.log.conftest import ASHA, assert_gapless, draft, sealed_log, verify, write

pytestmark = pytest.mark.django_db(transaction=True)
HOLDER = "customer:4417"


def values():
    """What can be read: {kind: value} of every row."""
    keys = person_keys.stored_keys(EntryIdentifier.objects.values_list("holder", flat=True))
    return [
        (one.kind, person_keys.unseal(keys[one.holder], one.holder, bytes(one.value)))
        for one in EntryIdentifier.objects.order_by("pk")
        if one.holder in keys
    ]


def test_values_open_again(house):
    write(1, make=draft)
    assert sorted(values()) == [("email", "kavya.iyer@example.com"), ("mobile", MOBILE)]
    assert PersonKey.objects.get().holder == HOLDER
    assert MOBILE.encode() not in bytes(Entry.objects.get().payload)


def test_the_key_is_used_again(house):
    write(1, make=draft)
    person_keys._remembered.clear()
    write(1, make=draft)
    assert PersonKey.objects.count() == 1
    assert len(values()) == 4


def test_an_identifier_without_a_customer_has_a_key_of_its_own(house):
    write(1, make=lambda number: draft(number, customer=""))
    assert {one.holder.split(":")[0] for one in PersonKey.objects.all()} == {"digest"}
    assert ("mobile", MOBILE) in values()


@pytest.mark.parametrize("savepoint", [False, True])
def test_a_key_that_was_rolled_back_is_not_remembered(house, savepoint):
    with transaction.atomic():
        if savepoint:
            with transaction.atomic():
                write(1, make=draft)
                transaction.set_rollback(True)
        else:
            write(1, make=draft)
            transaction.set_rollback(True)
    assert person_keys._remembered == {}
    write(1, make=draft)
    assert ("mobile", MOBILE) in values()


def test_the_key_of_another_refuses(house):
    write(2, make=draft)
    keys = person_keys.stored_keys([HOLDER, "customer:4418"])
    row = EntryIdentifier.objects.get(holder=HOLDER, kind="mobile")
    assert person_keys.unseal(keys[HOLDER], HOLDER, bytes(row.value)) == MOBILE
    assert person_keys.unseal(keys["customer:4418"], HOLDER, bytes(row.value)) == ""
    assert person_keys.unseal(keys[HOLDER], "customer:4418", bytes(row.value)) == ""
    assert person_keys.unseal(keys[HOLDER], HOLDER, b"") == ""


def test_a_key_put_under_another_name_does_not_open(house):
    write(1, make=draft)
    PersonKey.objects.update(holder="customer:4418")
    assert person_keys.stored_keys(["customer:4418"]) == {}
    with pytest.raises(OperationalError), transaction.atomic():
        person_keys.keys_for(["customer:4418"])


def test_what_is_forgotten_cannot_be_read_and_the_log_still_verifies(house):
    sealed_log(3, make=draft)
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM audit_entryidentifier WHERE holder = %s", [HOLDER])
        kept = [bytes(row[0]) for row in cursor.fetchall()]
    assert person_keys.forget([HOLDER]) == 1
    assert person_keys.forget([HOLDER]) == 0
    assert person_keys.stored_keys([HOLDER]) == {}
    assert_gapless()
    # A new key of the same person opens nothing of what was, and that is no finding either.
    sealed_log(1, make=draft)
    fresh = person_keys.stored_keys([HOLDER])[HOLDER]
    assert [person_keys.unseal(fresh, HOLDER, one) for one in kept] == ["", ""]
    assert verify() == []


def test_rows_that_an_erasure_destroyed_are_no_finding(house):
    from apps.audit import triggers

    sealed_log(2, make=draft)
    with transaction.atomic(), triggers.deletable("audit_entryidentifier"):
        EntryIdentifier.objects.filter(holder=HOLDER)._raw_delete("default")
        record(
            "subject.erased",
            actor=ASHA,
            details={"identifiers": 2, "keys": 0, "rows": 0, "destroyed": {}, "confirmed_by": "Lena"},
        )
    assert EntryIdentifier.objects.count() == 2
    sealer.seal()
    assert_gapless()
