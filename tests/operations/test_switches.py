"""The off switches: what they stop, who reads why, and the entry each turn leaves."""

import json
import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from django.utils import timezone

from apps.audit.actor import Actor
from apps.audit.models import Entry
from apps.audit.narrative import sentence
from apps.core.errors import BadInput, Refused
from apps.operations import switches
from apps.operations.models import Switch
from apps.staff.models import Store

PAGE = "operations:switches"


@pytest.fixture
def acting(administrator):
    actor = Actor(user_id=administrator.pk, name=administrator.name, role="Administrator")
    return {"actor": actor, "user": administrator}


@pytest.fixture
def another():
    """An act of a room to come, for agents."""
    act = switches.register_act(
        "test_act", "Testing", permission="staff.ask_goodwill", meanwhile="Nothing is tested."
    )
    yield act
    del switches._acts["test_act"]


@pytest.fixture
def desk_of(client_as, administrator):
    return client_as(administrator)


def text(answer):
    return " ".join(answer.content.decode().split())


def last_entry():
    return Entry.objects.filter(action__startswith="operations.switched").latest("id")


def off(client, store="", reason="Year end.", act="goodwill"):
    return client.post(reverse("operations:switch_off"), {"act": act, "store": store, "reason": reason})


def test_off_for_all_stops_every_store_and_off_for_one_that_one(acting, stores, reference):
    switches.turn_off(**acting, act="goodwill", store=stores.store_12, reason="Counting.")
    switches.check_on("goodwill", stores.store_07)
    with pytest.raises(Refused, match=r"Goodwill is switched off for Store 12: Counting\."):
        switches.check_on("goodwill", stores.store_12)
    switches.turn_off(**acting, act="goodwill", store=None, reason="Year end.")
    for store in (stores.store_07, stores.store_12, None):
        with pytest.raises(Refused, match=r"Goodwill is switched off: Year end\."):
            switches.check_on("goodwill", store)
    switches.turn_on(**acting, act="goodwill", store=None, reason="Done.")
    switches.check_on("goodwill", stores.store_07)
    with pytest.raises(Refused):
        switches.check_on("goodwill", stores.store_12)


def test_one_act_off_leaves_the_others_on(acting, another, stores, reference):
    switches.turn_off(**acting, act="goodwill", store=None, reason="Year end.")
    switches.check_on("test_act", stores.store_12)
    assert [one.act for one in switches.off_among(["goodwill", "test_act"], stores.store_12)] == ["goodwill"]


def test_only_an_administrator_switches_and_says_why(acting, manager, stores, reference):
    with pytest.raises(Refused):
        switches.turn_off(actor=acting["actor"], user=manager, act="goodwill", store=None, reason="No.")
    for reason in ("  ", "x" * 301):
        with pytest.raises(BadInput):
            switches.turn_off(**acting, act="goodwill", store=None, reason=reason)
    assert not Switch.objects.exists()


def test_an_act_nobody_registered_is_a_mistake(stores):
    with pytest.raises(LookupError):
        switches.check_on("nonsense", None)
    with pytest.raises(ValueError, match="already"):
        switches.register_act("goodwill", "Another")


def test_each_turn_is_an_entry_and_a_sentence(acting, stores, reference):
    switches.turn_off(**acting, act="goodwill", store=None, reason="Year end.")
    entry = last_entry()
    details = json.loads(bytes(entry.payload))["details"]
    assert (entry.action, details["act"]) == ("operations.switched_off", "goodwill")
    assert details["changed"] == {"off": [False, True], "reason": ["", "Year end."]}
    said = sentence(entry)
    assert "switched <b>Goodwill</b> off for <b>all stores</b>: <b>Year end.</b>" in said


def test_off_for_a_store_is_read_by_its_people_alone(desk_of, client_as, agent, manager, stores):
    off(desk_of, stores.contact_centre.pk, "The budget is being looked at.")
    here, there = (text(client_as(one).get(reverse("customers:lookup"))) for one in (agent, manager))
    assert "Goodwill is switched off for Contact Centre" in here
    assert "The budget is being looked at." in here
    assert "Switched off by Imran Qureshi" in here
    assert "Nothing can be asked for or approved" in here
    assert "switched off" not in there.lower()


def test_off_for_all_is_read_everywhere_until_it_is_on_again(desk_of, client_as, agent):
    off(desk_of)
    lookup = reverse("customers:lookup")
    assert "Goodwill is switched off for all stores" in text(client_as(agent).get(lookup))
    on = reverse("operations:switch_on", args=[Switch.objects.get().pk])
    empty = desk_of.post(on, {"reason": ""})
    assert (empty.status_code, "Say why it may run again." in text(empty)) == (422, True)
    desk_of.post(on, {"reason": "Done."})
    assert last_entry().action == "operations.switched_on"
    assert "switched off" not in text(client_as(agent).get(lookup)).lower()
    assert desk_of.post(on, {"reason": "Again."}).status_code == 404


def test_several_acts_that_are_off_are_all_said(desk_of, another, client_as, agent):
    for act in ("goodwill", "test_act"):
        off(desk_of, act=act)
    page = text(client_as(agent).get(reverse("customers:lookup")))
    assert "Goodwill is switched off for all stores" in page
    assert "Testing is switched off for all stores" in page
    assert "Nothing is tested." in page


def test_switching_one_on_says_what_is_still_off(desk_of, stores):
    for store in (stores.store_12.pk, ""):
        off(desk_of, store, "Counting.")
    own, for_all = Switch.objects.get(store=stores.store_12), Switch.objects.get(store=None)
    answer = desk_of.post(reverse("operations:switch_on", args=[own.pk]), {"reason": "Counted."}, follow=True)
    assert "Goodwill is still switched off for all stores." in text(answer)
    off(desk_of, stores.store_12.pk, "Counting again.")
    answer = desk_of.post(
        reverse("operations:switch_on", args=[for_all.pk]), {"reason": "Done."}, follow=True
    )
    assert "Goodwill is still switched off for Store 12." in text(answer)


def test_the_table_shows_every_act_at_every_store(desk_of, another, stores):
    off(desk_of, "", "Year end.")
    off(desk_of, stores.store_12.pk, "Counting.", act="test_act")
    answer = desk_of.get(reverse(PAGE))
    rows = {
        store.name if store else "all": {cell.act.code: (cell.off, cell.for_all) for cell in cells}
        for store, cells in answer.context["places"]
    }
    assert rows["all"]["goodwill"] == (True, False)
    assert rows["Store 12"] == rows["Store 12"] | {"goodwill": (False, True), "test_act": (True, False)}
    assert rows["Store 07"] == rows["Store 07"] | {"goodwill": (False, True), "test_act": (False, False)}
    assert f"?act=goodwill&amp;store={stores.store_07.pk}#turn-title" in text(answer)


def test_a_link_of_the_table_fills_the_form_in(desk_of, another, stores):
    page = desk_of.get(reverse(PAGE), {"act": "test_act", "store": stores.store_12.pk})
    form = page.context["form"]
    assert (form["act"].value(), form["store"].value()) == ("test_act", str(stores.store_12.pk))


def chosen(answer, name):
    """What a browser would send of this choice: the one that is selected, else the first."""
    html = str(answer.context["form"][name])
    found = re.findall(r'<option value="([^"]*)"( selected)?>([^<]*)', html)
    return next((one for one in found if one[1]), found[0])[::2]


def test_a_store_that_has_closed_never_turns_into_all_stores(desk_of, stores):
    store = stores.store_12
    Store.objects.filter(pk=store.pk).update(closed_at=timezone.now(), closed_reason="The lease ended.")
    answer = desk_of.get(reverse(PAGE), {"act": "goodwill", "store": store.pk})
    words = "Store 12 is closed. Choose another one, or all stores."
    assert (chosen(answer, "store"), words in text(answer)) == ((str(store.pk), "Store 12 (closed)"), True)
    # Opened before it closed, and sent again as it comes back.
    for _again in range(2):
        answer = off(desk_of, chosen(answer, "store")[0])
        assert (answer.status_code, answer.context["form"].errors["store"]) == (422, [words])
        assert chosen(answer, "store") == (str(store.pk), "Store 12 (closed)")
    # Nor does one that is gone, or an act; and both are said.
    for link in ({"act": "nonsense", "store": "999"}, {"act": "goodwill", "store": "²"}):
        answer = desk_of.get(reverse(PAGE), link)
        assert "What was chosen is not there any more." in text(answer)
        for _again in range(2):
            assert chosen(answer, "store") == (link["store"], "Choose one")
            act = chosen(answer, "act")[0]
            assert act == ("goodwill" if link["act"] == "goodwill" else "")
            answer = off(desk_of, chosen(answer, "store")[0], act=act)
            assert answer.status_code == 422
    assert not Switch.objects.exists()
    assert chosen(desk_of.get(reverse(PAGE)), "store") == ("", "All stores")


def test_an_auditor_reads_the_switches_and_turns_none(client_as, auditor, desk_of):
    off(desk_of)
    client = client_as(auditor)
    page = text(client.get(reverse(PAGE)))
    assert "Year end." in page
    assert reverse("operations:switch_off") not in page
    assert off(client).status_code == 403


@pytest.mark.parametrize(
    "values",
    [
        {"act": "goodwill", "store": "", "reason": " "},
        {"act": "nonsense", "store": "", "reason": "Year end."},
        {"act": "goodwill", "store": "999", "reason": "Year end."},
    ],
)
def test_a_form_that_is_not_in_order_switches_nothing(desk_of, values):
    assert desk_of.post(reverse("operations:switch_off"), values).status_code == 422
    assert not Switch.objects.exists()


def test_the_reason_is_shown_as_text(desk_of, client_as, agent):
    off(desk_of, reason="<script>alert(1)</script>")
    assert "<script>alert" not in text(client_as(agent).get(reverse("customers:lookup")))
    assert "<script>alert" not in text(desk_of.get(reverse(PAGE)))


def test_the_page_costs_the_same_with_many_stores(desk_of, stores, django_assert_num_queries):
    desk_of.get(reverse(PAGE))
    for number in range(25):
        store = Store.objects.create(code=f"9{number:02}", name=f"Shop {number}")
        Switch.objects.create(act="goodwill", store=store, off=True, reason="Counting.")
    # Session, person, roles, counters, switches, stores, and the stores of the form.
    with django_assert_num_queries(7):
        desk_of.get(reverse(PAGE))


@pytest.mark.django_db(transaction=True)
def test_rows_of_goodwill_s_own_switch_are_carried_over_and_back():
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    before = [("goodwill", "0003_acts_marked_as_sent"), ("operations", "0002_switches")]
    row = {"off": True, "reason": "Year end.", "by_name": "Imran Qureshi"}
    Switch.objects.create(act="goodwill", **row)
    try:
        executor.migrate(before)
        old = executor.loader.project_state(before).apps.get_model("goodwill", "Switch")
        assert list(old.objects.values(*row)) == [row]
        Switch.objects.all().delete()
        MigrationExecutor(connection).migrate(latest)
        assert list(Switch.objects.values("act", *row)) == [{"act": "goodwill", **row}]
    finally:
        call_command("migrate", verbosity=0)
