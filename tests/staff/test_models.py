"""What the database itself refuses about people and stores."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.staff.models import Membership, Store, User, tidy_email


def refused(make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


def test_addresses_are_unique_whatever_their_case(agent):
    assert (
        User.objects.create_user(" Meera.NAIR@Example.com ", "Meera Nair").email == "meera.nair@example.com"
    )
    refused(lambda: User.objects.create_user("ASHA.verma@EXAMPLE.com", "Another Asha"))
    refused(lambda: User.objects.create(email="Upper@example.com", name="Upper Case"))


def test_people_and_stores_have_names(stores):
    refused(lambda: User.objects.create_user("no.name@example.com", " "))
    refused(lambda: Store.objects.create(code="099", name=""))


def test_codes_are_unique_and_an_empty_till_code_is_none(stores):
    refused(lambda: Store.objects.create(code="012", name="Another 12"))
    refused(lambda: Store.objects.create(code="099", name="Store 99", till_code="till.012.01"))
    Store.objects.create(code="098", name="Store 98")
    Store.objects.create(code="097", name="Store 97")


def test_a_role_is_held_once_per_store_and_once_everywhere(agent, auditor, stores):
    refused(lambda: Membership.objects.create(user=agent, store=stores.contact_centre, role="agent"))
    refused(lambda: Membership.objects.create(user=auditor, store=None, role="auditor"))


def test_full_width_letters_are_the_same_address():
    assert tidy_email("ａsha@example.com") == "asha@example.com"


@pytest.mark.parametrize(("days", "counts"), [(-1, False), (0, True), (1, True)])
def test_a_role_for_a_time_counts_until_its_last_day(agent, days, counts):
    last_day = timezone.localdate() + timedelta(days=days)
    Membership.objects.filter(user=agent).update(ends_on=last_day)
    person = User.objects.get(pk=agent.pk)
    assert person.has_perm("staff.view_customers") is counts
    assert bool(person.roles) is counts
