"""Entries checked by several processes: nothing less is found, and a process that dies is never taken for sound."""

import os
import signal

import pytest

from apps.audit.log import sealer, verifying
from apps.audit.log.entry_check import PAGE
from apps.audit.log.hands import PAGES_EACH, HandsTrouble, helpers
from apps.audit.models import Entry, Verification
from tests.audit.log.conftest import write
from tests.audit.log.processes import surroundings
from tests.support.trail import without_triggers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def log(house, monkeypatch):
    """Three pages of sealed entries and some that wait; helpers find this test's database."""
    for name, value in surroundings(house).items():
        monkeypatch.setenv(name, value)
    for first in range(0, 2 * PAGE + 100, 500):
        write(500, first)
    sealer.seal_all()
    write(3)


def looked_at(count):
    with helpers(count) as hands:
        return verifying.go_on(Verification.objects.create(), hands=hands)


def test_several_find_what_one_finds_and_count_as_much(log):
    assert looked_at(2).state == "sound"
    ids = list(Entry.objects.order_by("pk").values_list("pk", flat=True))
    with without_triggers():
        Entry.objects.filter(pk=ids[7]).update(subject="another")
        Entry.objects.filter(pk=ids[PAGE + 7]).update(mac=b"x" * 32)
        Entry.objects.filter(pk=ids[-2]).delete()
    alone, together = looked_at(1), looked_at(2)
    assert [one["entry"] for one in together.findings] == [ids[7], ids[PAGE + 7], ids[-1]]
    assert together.findings == alone.findings
    assert together.checked == alone.checked == 2 * PAGE + 500


def test_a_helper_that_is_killed_is_said_and_nothing_is_called_sound(log):
    asked = Verification.objects.create()
    with helpers(2) as hands:
        assert list(hands.check(0, 1, quick=True, counted=False)) == [([], {}, {}, 0)]
        for number in list(hands.pool._processes):
            os.kill(number, signal.SIGKILL)
        with pytest.raises(HandsTrouble, match="not everything was looked at"):
            verifying.go_on(asked, hands=hands)
    asked.refresh_from_db()
    assert (asked.state, asked.checked) == ("running", 0)
    assert hands.pages == 2 * PAGES_EACH
