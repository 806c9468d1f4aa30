"""The look-up page: every way in, every answer, and what stays out of addresses."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import Entry
from apps.customers.kept import forget_kept
from apps.customers.models import KeptLookup, RecentCustomer
from apps.customers.recent import forget_old
from tests.customers.conftest import look_up as search
from tests.customers.conftest import read_only

pytestmark = pytest.mark.django_db(transaction=True)
HOME = "/customers/"


@pytest.fixture
def desk(client_as, agent, outside):
    return client_as(agent)


def page_of(outside, key):
    return reverse("customers:customer", args=[outside.characters[key]["id"]])


def test_the_home_has_the_field_with_focus_and_asks_nobody(desk, outside):
    page = desk.get(HOME)
    assert page.status_code == 200
    html = page.content.decode()
    assert "autofocus" in html
    assert "No customers in the last 24 hours." in html
    assert outside.requests() == []


def test_the_home_costs_a_fixed_number_of_queries(desk, agent, outside, django_assert_max_num_queries):
    for number in range(8):
        RecentCustomer.objects.create(user=agent, customer_id=900 + number, found_by="•••••• 0001")
    with django_assert_max_num_queries(10):
        assert b"Recent customers" in desk.get(HOME).content


def test_a_found_customer_is_one_redirect_away_and_the_address_holds_no_identifier(desk, outside):
    answer = search(desk, "+91 5550 000001")
    assert answer.status_code == 302
    assert answer["Location"] == page_of(outside, "everything")


def test_the_search_of_every_page_is_sent_by_post_and_the_home_has_it_once(desk, outside):
    html = desk.get("/account/").content.decode()
    form = re.search(r'<form class="lc-find"[^>]*>.*?</form>', html, re.DOTALL)[0]
    assert 'method="post"' in form
    assert "csrfmiddlewaretoken" in form
    assert 'class="lc-find"' not in desk.get(HOME).content.decode()


def test_a_search_by_somebody_signed_out_ends_on_the_look_up_page(client_as, agent, outside):
    desk = client_as(agent)
    desk.handler.enforce_csrf_checks = True
    token = desk.get(HOME).context["csrf_token"]
    desk.cookies.pop("session")
    answer = desk.post(HOME, {"q": "MT-0001", "csrfmiddlewaretoken": str(token)})
    assert answer["Location"] == "/sign-in/?next=/customers/"


def test_a_start_that_fits_opens_nobody_while_places_are_silent(desk, outside):
    start = outside.identifier("everything", "wechat")[:-1]
    assert search(desk, start).status_code == 302
    outside.add_fault(kind="status", status=500, path="/v2/customers/lookup")
    html = search(desk, start).content.decode()
    assert "1 customer matches" in html
    assert re.search(r"No answer came from: [^.]*INSTORE", html)


def test_nobody_is_told_with_what_was_tried_and_all_sources_are_offered(desk, outside):
    html = search(desk, "5550 987654").content.decode()
    assert "No customer with •••••• 7654 in source INSTORE, nor in a quick search of the others." in html
    assert "Tried with and without +91." in html
    assert "Search each source" in html
    assert 'value="5550 987654"' in html


def test_all_sources_are_said_when_they_were_asked(desk, outside):
    html = search(desk, "5550 987654", source="ALL").content.decode()
    assert "in any source." in html
    assert "WECHAT wx_thread" in html
    assert "Search each source" not in html


def test_several_are_listed_masked_with_what_to_ask(desk, outside):
    html = search(desk, "wxo_shared").content.decode()
    assert "2 customers match" in html
    assert "Every opening is recorded." in html
    assert "浩然" not in html


def test_bad_input_gets_a_sentence_beside_the_field_and_is_kept(desk, outside, subtests):
    for typed, said in (
        ("", "Type a phone number"),
        ("y" * 10_240, "10,240 characters"),
        ("abc\x00def", "characters that no identifier has"),
        ("\x1b[2J", "characters that no identifier has"),
        ("asha @example.com", "no spaces"),
        ("😀😀", "at least 2 letters"),
    ):
        with subtests.test(typed[:20]):
            answer = search(desk, typed)
            assert answer.status_code == 422
            html = answer.content.decode()
            assert said in html
            assert 'aria-invalid="true"' in html
            assert 'id="id_q_error" role="alert"' in html
            assert f'value="{typed}"' in html
    assert outside.requests() == []


def test_every_answer_is_an_address_that_can_be_reloaded_without_asking_again(desk, outside, subtests):
    """Back and reload after a POST would be a warning of the browser, and a second search."""
    for typed, status, said in (
        ("Priya Sharma", 200, "2 customers match"),
        ("5550 987654", 200, "No customer with •••••• 7654"),
        ("asha @example.com", 422, "no spaces"),
    ):
        with subtests.test(typed):
            answer = desk.post(HOME, {"q": typed})
            assert answer.status_code == 302
            assert re.fullmatch(r"/customers/\?found=[\w-]{16}", answer["Location"])
            asked = len(outside.requests())
            pages = [desk.get(answer["Location"]) for _ in range(2)]
            assert [page.status_code for page in pages] == [status, status]
            assert all(said in page.content.decode() for page in pages)
            assert all(f'value="{typed}"' in page.content.decode() for page in pages)
            assert len(outside.requests()) == asked, "what was found is kept, not looked up again"
    htmx = desk.post(HOME, {"q": "5550 987654"}, headers={"HX-Request": "true"})
    assert "No customer" in desk.get(htmx["HX-Redirect"]).content.decode()


def test_a_result_opens_in_the_session_that_looked_alone_unreadable_at_rest_and_not_for_long(
    desk, client_as, agent, manager, outside
):
    address = desk.post(HOME, {"q": "5550 987654"})["Location"]
    row = KeptLookup.objects.get()
    assert "987654" not in str(vars(row))
    assert address.rpartition("=")[2] not in str(vars(row))
    for other in (client_as(agent), client_as(manager)):
        html = other.get(address).content.decode()
        assert "That result is no longer kept." in html
        assert "7654" not in html
    KeptLookup.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "That result is no longer kept." in desk.get(address).content.decode()
    assert forget_kept() == 1
    assert not KeptLookup.objects.exists()


def test_strange_text_is_honestly_not_found_and_shown_harmless(desk, outside, subtests):
    for typed in (
        "' OR 1=1 --",
        "<script>alert(1)</script>",
        "\u202eשלום עולם",
        "عائشة بنت خالد",
        "%00%0a",
        "{{ settings }}",
    ):
        with subtests.test(typed):
            answer = search(desk, typed)
            assert answer.status_code == 200
            html = answer.content.decode()
            assert "No customer" in html
            assert "<script>alert" not in html


def test_an_account_of_another_source_is_said_at_the_field(desk, outside):
    answer = search(desk, "wxo_asha", source="LINE", account="wx_maple")
    assert answer.status_code == 422
    assert "wx_maple is not an account of LINE." in answer.content.decode()


def test_a_choice_that_does_not_exist_is_no_crash(desk, outside):
    assert search(desk, "MT-0001", source="NOWHERE").status_code == 422
    assert search(desk, "MT-0001", kind="shoe-size").status_code == 422


def test_a_silent_outside_says_so_with_code_and_reference_and_keeps_the_input(desk, outside):
    outside.add_fault(kind="status", status=500, path="/v2/customers/*")
    sent = desk.post(HOME, {"q": "5550 987654"})
    answer = desk.get(sent["Location"])
    assert answer.status_code == 503
    html = answer.content.decode()
    assert "Nobody was looked up." in html
    assert sent["X-Reference"] in html, "the reference of the click that looked, not of the page that tells"
    assert 'value="5550 987654"' in html
    assert "No customer with" not in html


def test_a_database_that_cannot_be_written_stops_the_search(desk, outside):
    with read_only():
        answer = search(desk, "5550 000001")
    assert answer.status_code == 503
    assert "audit trail cannot be written" in answer.content.decode()
    assert outside.requests() == []


def test_the_page_is_for_people_who_may_see_customers(
    client_as, agent, auditor, administrator, manager, outside
):
    assert client_as().get(HOME)["Location"].startswith("/sign-in/")
    assert client_as(htmx=True).get(HOME)["HX-Redirect"].startswith("/sign-in/")
    for person, status in ((agent, 200), (manager, 200), (auditor, 403), (administrator, 403)):
        assert client_as(person).get(HOME).status_code == status
    assert Entry.objects.filter(outcome="refused").count() == 2


def test_recent_customers_are_ones_own_and_gone_after_a_day(desk, agent, manager, client_as, outside):
    search(desk, "+91 5550 000001")
    desk.get(page_of(outside, "everything"))
    row = RecentCustomer.objects.get(user=agent)
    assert "Asha Kulkarni" not in str(vars(row))
    assert "5550000001" not in str(vars(row))
    html = desk.get(HOME).content.decode()
    assert "Asha Kulkarni" in html
    assert "•••••• 0001" in html
    assert "Asha Kulkarni" not in client_as(manager).get(HOME).content.decode()
    RecentCustomer.objects.update(opened_at=timezone.now() - timedelta(hours=24, seconds=1))
    assert "Asha Kulkarni" not in desk.get(HOME).content.decode()
    assert forget_old() == 1
    assert not RecentCustomer.objects.exists()


def test_open_customers_cost_nothing_for_who_may_not_see_customers(
    client_as, auditor, django_assert_num_queries, rf
):
    from apps.customers.context import open_customers

    request = rf.get("/")
    request.user = auditor
    auditor.memberships_now  # noqa: B018 the permission's own reading
    with django_assert_num_queries(0):
        assert not list(open_customers(request)["open_customers"])
