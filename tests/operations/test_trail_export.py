"""The trail as a file: every entry of a time once, whoever asked and why in the trail, nothing personal kept."""

import csv
import io
import threading
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.audit.actor import Actor
from apps.audit.log import sealer
from apps.audit.models import Entry
from apps.audit.narrative import plain_sentence
from apps.audit.recorder import CallRecorder
from apps.audit.services import record
from apps.core.errors import Conflict
from apps.core.tables import writing
from apps.operations import exporting, exporting_csv
from apps.operations.models import FilePart, Item, Operation, StoredFile
from apps.operations.work import services
from apps.operations.work.following import clear_cancelled
from apps.operations.work.retiring import retire
from tests.audit.conftest import ASHA, EMAIL, answered_call, sent_call
from tests.operations.export_help import finished

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate().isoformat()


@pytest.fixture
def reader(auditor):
    """Lena Fischer at her desk."""
    return Actor(user_id=auditor.pk, name=auditor.name, role="Auditor")


@pytest.fixture
def entries(reference):
    """Two acts and both halves of a call that asked with an e-mail address."""
    record("staff.signed_in", actor=ASHA)
    record("customer.viewed", actor=ASHA, customer="4417")
    call = sent_call(identifiers=(("email", EMAIL),))
    recorder = CallRecorder(ASHA)
    recorder.sent([call])
    recorder.answered([answered_call(call)])
    return list(Entry.objects.order_by("id"))


@pytest.fixture
def export(auditor, reader, entries):
    def ask(**more):
        given = {"from": TODAY, "reason": "Quarterly review", **more}
        return services.start(actor=reader, user=auditor, kind="trail_export", parameters=given)

    return ask


def lines(client, operation):
    answer = client.get(reverse("operations:operation_export", args=[operation.pk]))
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "\ufeff" not in content
    return list(csv.DictReader(io.StringIO(content)))


def test_every_entry_of_the_time_is_in_the_file_once_and_in_order(
    export, entries, client_as, auditor, monkeypatch
):
    monkeypatch.setattr(exporting, "ENTRIES_A_ROW", 2)
    operation = finished(export())
    assert operation.state == "done"
    found = lines(client_as(auditor), operation)
    assert [int(one["Entry"]) for one in found] == [one.pk for one in entries]
    assert found[1]["What happened"].startswith("Asha Verma (012)")
    assert found[1]["Customer id"] == "4417"
    assert found[2]["Path"] == "/v2/customers/lookup"
    assert found[3]["Leaf hash"] == bytes(entries[3].leaf_hash).hex()
    rows = list(Item.objects.filter(operation=operation).order_by("row"))
    assert [one.results["entries"] for one in rows] == [2, 2, 4]
    assert rows[0].results["sha256"] == operation.made.get(name__endswith="-1.csv").sha256


def test_a_filter_narrows_it_and_an_identifier_is_kept_as_a_mask_only(export, entries, client_as, auditor):
    operation = finished(export(filter=EMAIL))
    assert EMAIL not in str(operation.parameters)
    assert "kavya.iyer" not in operation.parameters["filter"]
    found = lines(client_as(auditor), operation)
    assert {one["Call"] for one in found} == {entries[2].call_id}


def test_no_cell_of_it_runs_as_a_formula(export, client_as, auditor):
    record("staff.signed_in", actor=replace(ASHA, name="=1+1"), reason="+cmd;=2+2")
    found = lines(client_as(auditor), finished(export()))[4]
    assert found["Person"] == "'=1+1"
    assert found["Reason"] == "'+cmd;'=2+2"


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_the_file_is_offered_alike_in_both_forms(export, client_as, auditor, form):
    sealer.seal_all()
    page = client_as(auditor).get(reverse("operations:operation", args=[finished(export(form=form)).pk]))
    assert f"File, {form.upper()}" in page.content.decode()
    # What checks it needs more than Python, and says so where it is fetched.
    assert ("with the package cryptography" in page.content.decode()) is (form == "jsonl")


def test_asking_and_fetching_are_entries_with_the_reason(export, client_as, auditor):
    operation = finished(export())
    lines(client_as(auditor), operation)
    about = Entry.objects.filter(subject=operation.number).order_by("id")
    assert about.filter(action="operations.work.started").get().reason == "Quarterly review"
    last = about.get(action="operations.work.downloaded")
    assert (last.actor_name, last.content["details"]["part"]) == ("Lena Fischer", "the file")
    # Nobody uploaded rows: its page counts parts of a file, and says at the end that it can be fetched.
    said = " ".join(operation.lines.values_list("words", flat=True))
    assert "the file is made in 2 parts." in said
    assert f"{operation.number} is done: the file can be fetched." in said
    assert "row" not in said
    checked = about.get(action="operations.work.checked")
    assert plain_sentence(checked) == f"The dry run of {operation.number}: 2 ready, 0 left out."


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({"reason": " "}, "reason", "Fill this in"),
        ({"from": "yesterday"}, "from", "Write a day such as"),
        ({"from": "2001-01-01", "until": "2001-01-02"}, "from", "no entries in this time"),
        ({"filter": "colour:red"}, "filter", "Not understood: colour:red."),
        ({"filter": "action:nothing.like.it"}, "filter", "Action: There is no action named"),
        ({"filter": "actor:asha actor:mira"}, "filter", "More than one value for actor"),
        ({"filter": "period:7d"}, "filter", "fields of their own"),
        ({"filter": "text:refused"}, "filter", "not narrowed by text"),
        ({"filter": f"about:{EMAIL}"}, "filter", "no full address or number: “About”"),
        ({"filter": "code:5550004417"}, "filter", "no full address or number: “Code”"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(export, client_as, auditor, given, field, says):
    asked = {"from": TODAY, "reason": "Review", "form": "csv", **given}
    asked = {f"ask_{name}": value for name, value in asked.items()}
    answer = client_as(auditor).post(reverse("operations:operation_new", args=["trail_export"]), asked)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert says in " ".join(form.errors[f"ask_{field}"])
    assert form[f"ask_{field}"].value() == asked.get(f"ask_{field}")
    assert not Operation.objects.exists()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?person=asha&action=customer.*,-call.sent", "actor:asha action:customer.*,-call.sent"),
        ("?store=Contact+Centre&calls=on", 'store:"Contact Centre"'),
        ("?customer=4417&outcome=done", "customer:4417 outcome:done"),
        ("?text=refused", "text:refused"),
        ("", None),
    ],
)
def test_the_form_takes_the_filters_of_the_trail_along(export, client_as, auditor, query, expected):
    client = client_as(auditor)
    url = client.get(reverse("audit:trail") + query).context["export_url"]
    form = client.get(url).context["form"]
    assert form["ask_filter"].value() == expected
    assert form["ask_from"].value() is None
    assert not Operation.objects.exists()


def test_the_days_of_the_trail_are_those_of_the_form(export, client_as, auditor):
    client = client_as(auditor)
    days = {"from": "2026-11-02T14:30", "until": "2026-11-04T00:00", "customer": EMAIL}
    page = client.get(reverse("audit:trail"), days, follow=True)
    form = client.get(page.context["export_url"]).context["form"]
    assert (form["ask_from"].value(), form["ask_until"].value()) == ("2026-11-02", "2026-11-03")
    # An identifier comes along as mask and keyed hash, and finds the same.
    assert EMAIL not in page.context["export_url"]
    asked = {
        "ask_filter": form["ask_filter"].value(),
        "ask_from": TODAY,
        "ask_reason": "x",
        "ask_form": "csv",
    }
    client.post(page.context["export_url"], asked)
    operation = finished(Operation.objects.get())
    assert {one["Action"] for one in lines(client, operation)} == {"call.sent", "trail.viewed"}
    form = client.get(client.get(reverse("audit:trail") + "?period=today").context["export_url"]).context[
        "form"
    ]
    assert (form["ask_from"].value(), form["ask_until"].value()) == (TODAY, TODAY)


def test_a_block_written_again_replaces_what_a_dead_worker_left(export, entries, client_as, auditor):
    operation = export()
    finished(operation)
    item = Item.objects.get(operation=operation, row=1)
    left = StoredFile.objects.create(made_by=operation, name=f"{operation.number}-1.csv")
    left.add_part(0, b"half of a line")
    again = exporting.run(operation.behind, item)
    # The block, and what the whole is called.
    assert (again.state, operation.made.count()) == ("done", 2)
    assert len(lines(client_as(auditor), operation)) == len(entries)


def test_half_an_export_cannot_be_fetched(export, client_as, auditor):
    operation = export()
    answer = client_as(auditor).get(reverse("operations:operation_export", args=[operation.pk]))
    assert answer.status_code == 404


def test_others_neither_start_nor_fetch_it(export, client_as, manager):
    operation = finished(export())
    client: Client = client_as(manager)
    assert client.get(reverse("operations:operation_new", args=["trail_export"])).status_code == 403
    # Not of their stores: for them it does not exist.
    assert client.get(reverse("operations:operation_export", args=[operation.pk])).status_code == 404


def test_what_was_made_is_deleted_with_its_rows_and_the_trail_stays(export, entries):
    operation = finished(export())
    Operation.objects.filter(pk=operation.pk).update(expires_at=timezone.now())
    assert retire() == 1
    assert (StoredFile.objects.count(), FilePart.objects.count()) == (0, 0)
    assert Entry.objects.count() > len(entries)


def test_some_blocks_alone_are_not_offered_as_the_whole(export, reader, auditor, client_as):
    operation = export()
    services.cancel(actor=reader, user=auditor, operation=operation)
    finished(operation)
    clear_cancelled()
    assert operation.state == "cancelled"
    with pytest.raises(Conflict, match="half of it"):
        services.rerun_failed(actor=reader, user=auditor, operation=operation)
    page = client_as(auditor).get(reverse("operations:operation", args=[operation.pk]))
    assert reverse("operations:operation_rerun", args=[operation.pk]) not in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_others_write_into_the_trail_while_it_is_exported(export, entries, client_as, auditor, monkeypatch):
    """On SQLite nobody may write behind a reading that others have overtaken: then it was never finished."""
    monkeypatch.setattr(exporting_csv, "ENTRIES_AT_ONCE", 1)
    monkeypatch.setattr(writing, "BLOCK", 1)
    over, wrote = threading.Event(), []

    def others():
        while not over.wait(0.002):
            record("staff.signed_in", actor=ASHA)
            wrote.append(1)
        connection.close()

    operation = export()
    thread = threading.Thread(target=others)
    thread.start()
    try:
        finished(operation)
    finally:
        over.set()
        thread.join()
    assert (operation.state, bool(wrote)) == ("done", True)
    assert len(lines(client_as(auditor), operation)) == len(entries)
