"""The page of a pack to print: a few sheets however much there is, in words; the file for machines holds every row."""

import io
import json
import re
import zipfile

import pytest
from django.urls import reverse

from apps.audit.models import Entry
from apps.audit.recorder import CallRecorder
from apps.audit.services import record
from apps.audit.subject_requests.packs import pieces
from apps.audit.subject_requests.working import go_on
from apps.points.models import Reversal
from tests.audit.conftest import answered_call, sent_call
from tests.support.somebody import CUSTOMER, MOBILE, Somebody

pytestmark = pytest.mark.django_db
CALLS = 120


@pytest.fixture
def known(agent, stores):
    return Somebody(agent, stores.contact_centre).live()


@pytest.fixture
def pack(known, subject):
    """``pack()``: the request, the page and the file for machines by tables."""

    def make():
        request = subject.open("access")
        subject.ask_for_pack(request)
        go_on()
        request.refresh_from_db()
        archive = zipfile.ZipFile(io.BytesIO(b"".join(pieces(request))))
        page, machine = (
            next(archive.read(one).decode() for one in archive.namelist() if one.endswith(ending))
            for ending in (".html", ".json")
        )
        return request, page, {one["name"]: one["rows"] for one in json.loads(machine)["tables"]}

    return make


def part(page, title):
    return next(one for one in page.split("<section>") if f"<h2>{title}</h2>" in one)


def _busy(known):
    """As after a long morning: the same calls again and again, each with its answer."""
    recorder = CallRecorder(known.actor)
    for number in range(CALLS):
        sent = sent_call(
            name="v2.customers.get",
            call_id=f"01M8G81GGG6CQ8APMW6{number:07d}",
            path=f"/v2/customers/{CUSTOMER}",
            identifiers=[("mobile", MOBILE)],
        )
        recorder.sent([sent])
        recorder.answered([answered_call(sent)])
        record("customer.viewed", actor=known.actor, customer=CUSTOMER, details={"part": "Overview"})


def test_however_many_calls_there_are_the_page_is_as_long(pack, known):
    _request, before, _tables = pack()
    _busy(known)
    _request, page, tables = pack()
    calls = part(page, "What was exchanged with the loyalty system")
    assert "<tr><td>read</td><td>/v2/customers/…</td><td>Agent, store CC</td><td>120</td>" in calls
    assert len(tables["calls"]) >= 2 * CALLS
    assert len({one["call"] for one in tables["calls"] if one["path"].endswith(str(CUSTOMER))}) == CALLS
    assert f"{len(tables['calls'])} in all." in calls
    assert "The file for machines beside this page holds each of them." in calls
    acts = part(page, "What was done about you")
    assert re.search(r"Overview of customer \d+[.]</td>.*<td>120</td></tr>", acts)
    assert len(tables["acts"]) >= CALLS
    assert len(page) < len(before) + 3_000


def test_an_act_stands_there_with_its_reason_once(pack, known):
    record(
        "customer.revealed", actor=known.actor, customer=CUSTOMER, subject="Card", reason="They asked why."
    )
    _request, page, _tables = pack()
    assert part(page, "What was done about you").count("They asked why.") == 1


def test_no_words_of_machines_stand_in_it(pack, known):
    Reversal.objects.update(verification="code_passed")
    known.goodwill.snapshot = {"over_budget": False, "reasons": ["late"]}
    known.goodwill.save()
    _request, page, tables = pack()
    assert "Code passed" in page
    assert "Over budget: no" in page
    assert not re.search(r"code_passed|over_budget|mobile=", page)
    assert tables["recent_customers"][0]["handle"] == MOBILE


def test_beside_the_request_the_house_reads_of_the_person_not_to_them(pack, client_as, auditor):
    request, page, _tables = pack()
    assert "Your identifiers" in page
    words = client_as(auditor).get(reverse("audit:subject_request", args=[request.pk])).content.decode()
    told = words[words.index("What the pack holds") :]
    assert "Their identifiers" in told[: told.index("</table>")]
    assert not re.search(r"\b[Yy]ours?\b|\byou\b", told[: told.index("</table>")])
    assert Entry.objects.filter(action="subject.pack.made").exists()
