"""A process that was given another key writes nothing and seals nothing, instead of spoiling entries for good."""

import pytest
from django.db import connection, transaction

from apps.audit import key_check, person_keys
from apps.audit.log import sealer, verifying
from apps.audit.log.keys import KeyTrouble
from apps.audit.models import Entry, PersonKey, SealMark, Suspect, Verification
from apps.audit.services import record
from apps.core.errors import TraceUnavailable
from tests.audit.conftest import MOBILE

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(asha):
    record("trail.viewed", actor=asha, details={"filters": "everything"}, identifiers=[("mobile", MOBILE)])
    sealer.seal_all()


@pytest.fixture
def other_key(settings, sealed):
    """As a process started with another CONSOLE_AUDIT_KEY opens its connection."""
    right = settings.AUDIT_KEY
    settings.AUDIT_KEY = "x" * 40
    key_check.look(connection)
    yield
    settings.AUDIT_KEY = right
    key_check.look(connection)


def test_it_writes_nothing(asha, other_key):
    with pytest.raises(TraceUnavailable):
        record("trail.viewed", actor=asha, details={"filters": "everything"})
    assert Entry.objects.count() == 1


def test_it_seals_nothing_and_suspects_nobody(asha, sealed, settings):
    record("trail.viewed", actor=asha, details={"filters": "more"})
    right, settings.AUDIT_KEY = settings.AUDIT_KEY, "x" * 40
    with pytest.raises(KeyTrouble, match="CONSOLE_AUDIT_KEY"):
        sealer.seal_all()
    assert not Suspect.objects.exists()
    settings.AUDIT_KEY = right
    assert sealer.seal_all() == 1


def test_with_the_right_key_again_it_writes(asha, sealed, settings):
    right, settings.AUDIT_KEY = settings.AUDIT_KEY, "x" * 40
    key_check.look(connection)
    settings.AUDIT_KEY = right
    key_check.look(connection)
    assert record("trail.viewed", actor=asha, details={"filters": "everything"})


def test_before_the_first_seal_any_key_is_the_key(asha, settings):
    settings.AUDIT_KEY = "y" * 40
    key_check.look(connection)
    record("trail.viewed", actor=asha, details={"filters": "everything"})
    assert sealer.seal_all() == 1
    assert SealMark.objects.get().key_check == key_check.now()


def test_a_person_s_key_that_does_not_open_stops_the_act_in_words(asha, sealed):
    PersonKey.objects.update(wrapped=b"x" * 60)
    person_keys.remember_nothing()
    with pytest.raises(TraceUnavailable), transaction.atomic():
        record("trail.viewed", actor=asha, details={"filters": "all"}, identifiers=[("mobile", MOBILE)])
    assert person_keys.stored_keys(PersonKey.objects.values_list("holder", flat=True)) == {}


def test_a_verification_at_a_terminal_is_left_to_the_terminal(sealed):
    Verification.objects.create(at_terminal=True)
    verifying.verify_waiting()
    assert Verification.objects.get(at_terminal=True).state == "waiting"
