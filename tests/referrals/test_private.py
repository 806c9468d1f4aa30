"""Names and contact data of the invited are nowhere in clear: not in a table, the trail, a log or a repr."""

import logging

import pytest
from django.apps import apps
from django.core.cache import cache

from apps.audit.identifiers import search_digests
from apps.audit.models import Entry, EntryIdentifier
from apps.referrals.models import Invitee
from apps.referrals.reading import read_referrals
from apps.referrals.signals import look_for_signals
from apps.referrals.wanted import BadRows, Row
from tests.referrals.conftest import MAPLE, fresh, fresh_mail

NAME = "Quintessa Zbrzezny"


def every_table():
    """Every value of every row, as text."""
    for model in apps.get_models():
        for row in model._base_manager.values_list():
            yield (
                model.__name__,
                " ".join(
                    bytes(value).decode("utf-8", "replace")
                    if isinstance(value, bytes | memoryview)
                    else str(value)
                    for value in row
                ),
            )


@pytest.mark.django_db(transaction=True)
def test_nothing_of_the_invited_stands_anywhere_in_clear(desk, caplog):
    caplog.set_level(logging.DEBUG)
    mobile, mail, lost = fresh(), fresh_mail(), fresh()
    made = desk.invite(Row(NAME, mobile), Row(NAME, mail))
    desk.outside.add_fault(path="/v1.1/customer/referrals", method="POST", count=1, kind="drop_after")
    open_one = desk.invite(Row(NAME, f"+{lost}"))
    with pytest.raises(BadRows) as caught:
        desk.invite(Row(NAME, mobile), Row(NAME, "12345"))
    desk.settle()
    read_referrals(actor=desk.actor(), customer_id=desk.customer_id)
    look_for_signals()
    private = (mobile, mobile[2:], lost[2:], mail, "Quintessa", "Zbrzezny", "quintessa")
    for table, text in every_table():
        assert not [word for word in private if word in text], table
    assert not [word for word in private if word in caplog.text]
    shown = f"{caught.value!r} {caught.value.checks!r} {made!r} {desk.wanted(Row(NAME, mobile))!r}"
    assert not [word for word in private if word in shown]
    kept = str([cache.get(key) for key in (f"referrals-facts-{desk.customer_id}-{MAPLE}",)])
    assert not [word for word in private if word in kept]
    # And yet the console can read them, and the trail is searched by them.
    assert (made.invitees.first().name, made.invitees.first().value) == (NAME, mobile)
    entries = Entry.objects.filter(
        pk__in=EntryIdentifier.objects.filter(digest__in=search_digests(mobile)).values("entry")
    )
    assert {"referrals.invitation.begun", "referrals.invited"} <= set(
        entries.values_list("action", flat=True)
    )
    assert open_one.pk != made.pk


def test_what_was_sealed_under_another_key_reads_as_nothing(desk, settings):
    desk.invite(Row(NAME, fresh()))
    settings.SECRET_KEY = "another-" + "k" * 50
    row = Invitee.objects.get()
    assert (row.name, row.value) == ("", "")
    assert row.mask in str(row)
