"""Customers who open only for a reason: every way in, who it holds for and how long, and what the trail says."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.cache import cache
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from apps.audit.models import Entry
from apps.customers.models import OpenedForReason, ProtectedCustomer, RecentCustomer
from apps.customers.recent import recent_customers, remember_opened
from tests.customers.conftest import look_up, read_only, trail_refuses

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "Kulkarni"
REASON = "Ticket 4417, parcel came late"


@pytest.fixture
def protected(administrator, person):
    """Asha Kulkarni is a VIP now."""
    return protect(administrator, person)


def protect(administrator, customer_id, kind="vip"):
    return ProtectedCustomer.objects.create(
        customer_id=customer_id,
        kind=kind,
        reason="Board member",
        marked_by=administrator,
        marked_by_name=administrator.name,
    )


@pytest.fixture
def desk(client_as, agent, outside):
    return client_as(agent)


def page(customer_id, tab=""):
    return f"/customers/{customer_id}/{tab}"


def give(desk, customer_id, reason=REASON, **more):
    return desk.post(reverse("customers:glass", args=[customer_id]), {"reason": reason, **more})


def text(answer):
    return answer.content.decode()


def entries(action):
    return Entry.objects.filter(action=action)


def details(entry):
    return json.loads(bytes(entry.payload))["details"]


class TestTheQuestion:
    def test_stands_instead_of_the_customer(self, desk, outside, person, protected):
        answer = desk.get(page(person))
        html = text(answer)
        assert answer.status_code == 403
        assert "This customer is protected" in html
        assert "They are marked as a VIP." in html
        assert "for 30 minutes" in html
        assert NAME not in html
        assert outside.requests() == []
        assert not entries("customer.viewed").exists()

    def test_is_in_the_trail_even_when_nobody_answers_it(self, desk, person, protected, agent):
        desk.get(page(person))
        entry = entries("customer.glass_asked").get()
        assert (entry.customer, entry.outcome, entry.actor_id) == (str(person), "refused", agent.pk)
        assert details(entry)["why"] == "protected, VIP"
        assert details(entry)["part"] == "customers:customer"

    def test_says_staff_of_staff(self, desk, person, administrator):
        protect(administrator, person, "staff")
        assert "They are one of our staff." in text(desk.get(page(person)))

    def test_by_its_own_address_is_no_refusal(self, desk, person, protected):
        answer = desk.get(reverse("customers:glass", args=[person]))
        assert answer.status_code == 200
        assert "Why do you open this customer?" in text(answer)

    def test_of_a_customer_who_asks_for_none_leads_to_them(self, desk, person):
        assert desk.get(reverse("customers:glass", args=[person]))["Location"] == page(person)
        assert not entries("customer.glass_asked").exists()

    def test_is_not_asked_about_others(self, desk, person_of_the_sandbox, protected):
        assert desk.get(page(person_of_the_sandbox("survivor"))).status_code == 200


class TestTheAnswer:
    def test_opens_the_customer_and_says_so_on_the_page(self, desk, person, protected):
        desk.get(page(person, "notes/") + "?rows=20")
        opened = give(desk, person, next=page(person, "notes/") + "?rows=20")
        assert opened["Location"] == page(person, "notes/") + "?rows=20"
        html = text(desk.get(opened["Location"]))
        assert NAME in html
        assert "Protected: VIP" in html
        assert "30 min left" in html

    def test_is_written_before_anything_is_shown(self, desk, person, protected, agent):
        desk.get(give(desk, person)["Location"])
        broken = entries("customer.glass_broken").get()
        assert (broken.reason, broken.customer, broken.actor_id) == (REASON, str(person), agent.pk)
        assert broken.session
        assert broken.pk < entries("customer.viewed").get().pk

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("", "Write why you open this customer."),
            ("  ", "Write why you open this customer."),
            ("ok", "Write the reason in a few words."),
            ("x" * 201, "Use at most 200 characters."),
        ],
    )
    def test_that_says_nothing_opens_nobody(self, desk, outside, person, protected, typed, said):
        answer = give(desk, person, typed)
        html = text(answer)
        assert answer.status_code == 422
        assert said in html
        assert 'aria-invalid="true"' in html
        assert f'value="{typed}"' in html or not typed.strip()
        assert not OpenedForReason.objects.exists()
        assert not entries("customer.glass_broken").exists()
        assert desk.get(page(person)).status_code == 403
        assert outside.requests() == []

    @pytest.mark.parametrize(
        "elsewhere",
        [
            "https://example.com/",
            "//example.com/",
            "/customers/",
            "/customers/1/",
            "nonsense",
            "/no/such/page/",
            "\\\\example.com",
        ],
    )
    def test_leads_to_pages_of_this_customer_alone(self, desk, person, protected, elsewhere):
        assert give(desk, person, next=elsewhere)["Location"] == page(person)

    def test_holds_for_half_an_hour(self, desk, person, protected):
        give(desk, person)
        left = OpenedForReason.objects.get().expires_at - timezone.now()
        assert timedelta(minutes=29) < left <= timedelta(minutes=30)
        assert desk.get(page(person)).status_code == 200
        OpenedForReason.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        assert desk.get(page(person)).status_code == 403
        give(desk, person)
        assert desk.get(page(person)).status_code == 200

    def test_of_another_person_does_not_count(self, desk, client_as, manager, person, protected):
        give(desk, person)
        assert client_as(manager).get(page(person)).status_code == 403

    def test_in_another_sign_in_does_not_count(self, desk, client_as, agent, person, protected):
        give(desk, person)
        assert client_as(agent).get(page(person)).status_code == 403

    def test_about_another_customer_does_not_count(self, desk, person, protected, administrator, outside):
        other = int(outside.characters["survivor"]["id"])
        protect(administrator, other)
        give(desk, person)
        assert desk.get(page(other)).status_code == 403

    def test_is_not_asked_for_twice(self, desk, person, protected):
        give(desk, person)
        assert give(desk, person).status_code == 302
        assert entries("customer.glass_broken").count() == 1

    def test_costs_one_query_on_a_page(self, desk, person, protected, django_assert_max_num_queries):
        give(desk, person)
        desk.get(page(person))
        with django_assert_max_num_queries(41):
            desk.get(page(person))


class TestWithoutATrail:
    def test_nobody_is_asked_and_nothing_shown(self, desk, outside, person, protected):
        with trail_refuses("customer.glass_asked"):
            answer = desk.get(page(person))
        assert answer.status_code == 503
        assert NAME not in text(answer)
        assert outside.requests() == []

    def test_nobody_opens(self, desk, outside, person, protected):
        desk.get(page(person))
        with trail_refuses("customer.glass_broken"):
            answer = give(desk, person)
        assert answer.status_code == 503
        assert not OpenedForReason.objects.exists()
        assert desk.get(page(person)).status_code == 403
        assert outside.requests() == []

    def test_a_database_that_takes_no_writing_shows_nobody(self, desk, outside, person, protected):
        with read_only():
            answers = [desk.get(page(person)), give(desk, person)]
        assert [one.status_code for one in answers] == [503, 503]
        assert not any(NAME in text(one) for one in answers)
        assert outside.requests() == []


def addresses(patterns, namespace=""):
    """Every address that names a customer, with the names of what it holds."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and "customer_id" in pattern.pattern.converters:
            yield f"{namespace}{pattern.name}", tuple(pattern.pattern.converters)


OTHER_VALUES = {
    "name": "points",
    "field": "INSTORE..mobile.1",
    "reference": "LC-7F3K-92QD-M4XA",
    "tab": "notes",
    "redemption_id": "731",
}
EVERY_ADDRESS = sorted(addresses(get_resolver().url_patterns))


class TestEveryWayIn:
    """All addresses of all rooms that name a customer, by walking the URLconf."""

    @pytest.mark.parametrize("method", ["get", "post"])
    @pytest.mark.parametrize("htmx", [False, True], ids=["page", "part"])
    @pytest.mark.parametrize(("name", "holds"), EVERY_ADDRESS, ids=[name for name, _ in EVERY_ADDRESS])
    def test_asks_first(self, client_as, agent, outside, person, protected, name, holds, htmx, method):
        values = {each: OTHER_VALUES.get(each) for each in holds} | {"customer_id": person}
        remember_opened(user_id=agent.pk, customer_id=person, name="Asha Kulkarni", tier="Gold", tail="0001")
        answer = getattr(client_as(agent, htmx=htmx), method)(reverse(name, kwargs=values))
        html = text(answer)
        takes_reason = name == "customers:glass"
        assert answer.status_code == (403 if not takes_reason else 422 if method == "post" else 200)
        assert "This customer is protected" in html
        assert NAME not in html
        assert outside.requests() == []
        assert [one.action for one in Entry.objects.all()] == ["customer.glass_asked"]
        if htmx and not takes_reason:
            assert "<html" not in html
            assert reverse("customers:glass", args=[person]) in html

    def test_a_sent_form_keeps_what_was_typed_in_the_page(self, client_as, agent, outside, person, protected):
        answer = client_as(agent, htmx=True).post(reverse("customers:note_add", args=[person]), {"text": "x"})
        assert answer["HX-Reswap"] == "afterbegin"
        answer = client_as(agent).post(reverse("customers:note_add", args=[person]), {"text": "x"})
        assert "What you sent was not done." in text(answer)

    @pytest.mark.parametrize("frame", ["dialog", "drawer"])
    def test_a_dialog_is_filled_and_has_a_name(self, client_as, agent, outside, person, protected, frame):
        answer = client_as(agent, htmx=True).get(
            reverse("goodwill:ask", args=[person]), headers={"HX-Target": frame}
        )
        assert f'id="{frame}-title"' in text(answer)
        assert "data-close" in text(answer)

    def test_a_part_leads_back_to_its_page(self, client_as, agent, outside, person, protected):
        here = page(person, "points/") + "?rows=20"
        answer = client_as(agent, htmx=True).get(
            reverse("customers:panel", args=[person, "points"]),
            headers={"HX-Current-URL": f"http://testserver{here}"},
        )
        way = re.search(r'href="([^"]+/reason/[^"]*)"', text(answer))[1]
        desk = client_as(agent)
        asked = desk.get(unescape(way))
        assert asked.context["form"]["next"].value() == here
        assert give(desk, person, next=here)["Location"] == here

    def test_parts_of_one_page_leave_one_entry(self, client_as, agent, outside, person, protected):
        desk = client_as(agent, htmx=True)
        for name in ("points", "timeline", "head"):
            assert desk.get(reverse("customers:panel", args=[person, name])).status_code == 403
        assert entries("customer.glass_asked").count() == 1

    def test_looking_up_by_form(self, desk, outside, person, protected):
        found = look_up(desk, "915550000001")
        assert found["Location"] == page(person)
        assert desk.get(found["Location"]).status_code == 403

    @pytest.mark.parametrize("way", ["phone=915550000001", "id={person}"])
    def test_looking_up_by_address(self, desk, outside, person, protected, way):
        answer = desk.get(f"/customers/?{way.format(person=person)}", follow=True)
        assert answer.status_code == 403
        assert NAME not in text(answer)

    def test_a_short_list_tells_only_that_there_is_one(self, desk, outside, administrator):
        ids = shown_ids(look_up(desk, "Priya Sharma"))
        protect(administrator, ids[0])
        answer = look_up(desk, "Priya Sharma")
        shown = answer.context["rows"]
        [closed] = [row for row in shown if row["customer_id"] == ids[0]]
        assert closed["protected"]
        assert not any(closed[name] for name in ("name", "card", "places", "matched", "tier", "last_at"))
        assert [row["name"] for row in shown if row["customer_id"] != ids[0]] == ["Priya Sharma"]
        assert "Protected customer" in text(answer)

    def test_recent_customers_tell_nothing_of_one_who_is_closed(self, desk, outside, person, administrator):
        desk.get(page(person))
        assert NAME in text(desk.get("/customers/"))
        protect(administrator, person)
        html = text(desk.get("/customers/"))
        assert NAME not in html
        assert f"Protected customer {person}" in html
        give(desk, person)
        assert NAME in text(desk.get("/customers/"))

    def test_a_referral_code_is_told_without_its_owner(self, desk, outside, administrator):
        protect(administrator, 500000030)
        answer = text(desk.post(reverse("referrals:check_code"), {"code": "TCNISHA030"}))
        assert "/customers/500000030/" in answer
        assert "Nisha" not in answer
        assert "0030" not in answer.replace("500000030", "").replace("TCNISHA030", "")
        give(desk, 500000030)
        answer = desk.post(reverse("referrals:check_code"), {"code": "TCNISHA030"})
        assert "Nisha Chatterjee" in text(answer)

    def test_the_side_bar_of_the_question_names_nobody(self, desk, outside, person, administrator):
        desk.get(page(person))
        protect(administrator, person)
        assert NAME not in text(desk.get(page(person)))

    def test_a_merged_account_leads_to_the_question(
        self, desk, outside, administrator, person_of_the_sandbox
    ):
        survivor = person_of_the_sandbox("survivor")
        old = person_of_the_sandbox("merged")
        protect(administrator, survivor)
        answer = desk.get(page(old), follow=True)
        assert answer.redirect_chain[-1][0] == page(survivor)
        assert answer.status_code == 403
        assert desk.get(page(old)).status_code == 403
        followed = entries("customer.protected.followed").get()
        assert (followed.customer, details(followed)["other_id"]) == (str(old), survivor)

    def test_a_protection_that_was_ended_does_not_come_back_by_a_merge(
        self, desk, outside, administrator, person_of_the_sandbox
    ):
        survivor = person_of_the_sandbox("survivor")
        old = person_of_the_sandbox("merged")
        ended = protect(administrator, survivor)
        ProtectedCustomer.objects.filter(pk=ended.pk).update(ended_at=timezone.now())
        protect(administrator, old)
        give(desk, old)
        assert desk.get(page(old), follow=True).status_code == 200


def shown_ids(answer):
    return [row["customer_id"] for row in answer.context["rows"]]


class TestStores:
    """With ``stores``, those registered in a store that is none of the person's too."""

    @pytest.fixture(autouse=True)
    def by_store(self, settings):
        settings.CONSOLE_BREAK_GLASS = "stores"
        cache.clear()

    def desk_at(self, client_as, manager, store, till):
        store.till_code = till
        store.save()
        return client_as(manager)

    @pytest.fixture
    def till(self, client_as, auditor, outside, person, actor):
        from apps.capillary.resources import customers
        from apps.customers.registered import code_of
        from apps.staff.connection import client_for

        return code_of(client_for(actor).send(customers.get(customer_id=person, embed=())))

    def test_a_customer_of_another_store_asks(self, client_as, manager, stores, outside, person, till):
        assert till
        desk = self.desk_at(client_as, manager, stores.store_12, "")
        answer = desk.get(page(person))
        assert answer.status_code == 403
        assert "This customer belongs to another store" in text(answer)
        assert NAME not in text(answer)
        desk.get(give(desk, person)["Location"])
        assert details(entries("customer.glass_broken").get())["why"] == "registered in another store"
        answer = desk.get(page(person))
        assert answer.status_code == 200
        assert "Protected:" not in text(answer)

    def test_a_customer_of_one_s_own_store_does_not(self, client_as, manager, stores, outside, person, till):
        stores.contact_centre.__class__.objects.filter(till_code=till).update(till_code="")
        desk = self.desk_at(client_as, manager, stores.store_12, till)
        assert desk.get(page(person)).status_code == 200

    def test_a_store_that_serves_everybody_is_not_asked(
        self, client_as, manager, stores, settings, outside, person, till
    ):
        settings.CONSOLE_BREAK_GLASS_SERVE_ALL = ["012"]
        assert self.desk_at(client_as, manager, stores.store_12, "").get(page(person)).status_code == 200

    def test_a_protected_customer_asks_there_too(
        self, client_as, manager, stores, settings, outside, person, protected
    ):
        settings.CONSOLE_BREAK_GLASS_SERVE_ALL = ["012"]
        assert "They are marked as a VIP." in text(client_as(manager).get(page(person)))

    def test_where_they_are_registered_is_asked_once(self, client_as, manager, stores, outside, person, till):
        desk = self.desk_at(client_as, manager, stores.store_12, "")
        before = len(outside.requests())
        for _each in range(3):
            desk.get(page(person))
        assert len(outside.requests()) == before + 1

    def test_who_cannot_be_asked_about_asks(self, client_as, manager, outside, person):
        outside.add_fault(kind="status", status=500, path=f"/v2/customers/{person}")
        answer = client_as(manager).get(page(person))
        assert answer.status_code == 403
        assert "is not known" in text(answer)
        assert details(entries("customer.glass_asked").get())["why"].endswith("could not be read")

    def test_an_id_nobody_has_is_still_a_clear_404(self, client_as, manager, outside):
        assert client_as(manager).get(page(499_999_999)).status_code == 404


def test_switched_off_nobody_is_asked(settings, desk, outside, person, protected):
    settings.CONSOLE_BREAK_GLASS = "off"
    desk.get(page(person))
    assert NAME in text(desk.get(page(person)))
    assert NAME in text(desk.get("/customers/"))


def test_who_reads_the_trail_is_not_asked(client_as, auditor, outside, person, protected):
    answer = client_as(auditor).get(reverse("audit:customer_history", args=[person]))
    assert answer.status_code == 200
    assert client_as(auditor).get(page(person)).status_code == 403
    assert not entries("customer.glass_asked").exists()


def test_what_ran_out_is_forgotten(desk, outside, person, protected, agent):
    from apps.customers.recent import forget_old

    give(desk, person)
    OpenedForReason.objects.update(expires_at=timezone.now())
    assert forget_old() == 1
    assert not RecentCustomer.objects.exists()
    assert recent_customers(agent.pk) == []
