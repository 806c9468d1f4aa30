"""Whether a referral code is good, whose it is, and whether it is the caller's own."""

import pytest

from apps.audit.models import Entry
from apps.capillary.errors import NotSent
from apps.core.errors import BadInput
from apps.referrals.codes import can_check, check_code

CODE = "TCNISHA030"


@pytest.fixture
def check(desk):
    def ask(code=CODE, **more):
        return check_code(actor=desk.actor(), code=code, **more)

    return ask


def test_a_good_code_says_whose_it_is_masked(check):
    answer = check(f" {CODE} ")
    assert (answer.valid, answer.code, answer.customer_id) == (True, CODE, 500000030)
    assert (answer.name, answer.mask, answer.is_caller) == ("Nisha Chatterjee", "•••••• 0030", None)
    entry = Entry.objects.get(action="referrals.code.checked")
    assert (entry.customer, CODE in str(bytes(entry.payload))) == ("500000030", False)


@pytest.mark.parametrize(("caller", "own"), [(500000030, True), (500000031, False)])
def test_a_hint_when_it_is_the_callers_own(check, caller, own):
    assert check(caller_customer_id=caller).is_caller is own


def test_a_code_in_small_letters_is_asked_for_once_more_in_capitals_and_that_is_said(check, desk):
    answer = check(CODE.lower())
    assert (answer.valid, answer.code, answer.typed, answer.in_capitals) == (True, CODE, CODE.lower(), True)
    assert answer.customer_id == 500000030
    assert len(desk.outside.requests(path="/v2/referral/validate")) == 2
    assert not check().in_capitals
    assert not check("nosuchcode").valid


def test_a_code_nobody_has_is_not_valid(check):
    answer = check("NOSUCHCODE", caller_customer_id=500000030)
    assert (answer.valid, answer.customer_id, answer.name, answer.is_caller) == (False, None, "", None)
    assert Entry.objects.filter(action="referrals.code.checked").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_good_code_is_good_though_its_owner_cannot_be_read(check, desk):
    desk.outside.add_fault(path="/v2/customers/500000030", count=9, kind="status", status=429)
    answer = check()
    assert (answer.valid, answer.customer_id, answer.name) == (True, 500000030, "")


@pytest.mark.parametrize("typed", ["", "  ", "x" * 61])
def test_what_cannot_be_a_code_is_said_beside_the_field(check, typed):
    with pytest.raises(BadInput) as caught:
        check(typed)
    assert caught.value.field == "code"


def test_where_the_organisation_has_no_such_call_nothing_is_asked(check, dialect):
    assert can_check()
    dialect("v1.1")
    assert not can_check()
    with pytest.raises(NotSent, match="cannot be checked here"):
        check()
