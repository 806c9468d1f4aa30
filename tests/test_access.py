"""Every address × every role, by walking the URLconf: a new address fails until it has a row here.

A row says who may open an address (with which method and values) and what they then get. Everybody else gets
403 and leaves one refusal; a stranger is sent to sign in, htmx moves the whole page there.
"""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from apps.audit.models import Entry
from apps.staff.services import give_role

AT_THE_COUNTER = ("agent", "manager")
AUDITORS = ("auditor", "administrator")
EVERYBODY = (*AT_THE_COUNTER, *AUDITORS)
READERS = ("manager", *AUDITORS)
# What an allowed person may get beside the page itself: the outside does not answer in these tests, the row
# asked for does not exist, or the form was sent empty.
OPENED = {200, 204, 302, 404, 409, 422, 503}


@dataclass(frozen=True)
class Row:
    """`roles` may open it; `permission` is what the others lack; `gives` what those who may can get."""

    name: str
    roles: tuple[str, ...] = EVERYBODY
    permission: str = ""
    method: str = "get"
    values: dict[str, Any] = field(default_factory=dict)
    gives: frozenset[int] = frozenset({200})
    public: bool = False

    @property
    def url(self) -> str:
        return reverse(self.name, kwargs=self.values)


def customer(name: str, permission: str = "view_customers", method: str = "get", /, **values: Any) -> Row:
    """A page about a customer: for those at the counter."""
    everything = {"customer_id": 4417} | values
    return Row(name, AT_THE_COUNTER, f"staff.{permission}", method, everything, frozenset(OPENED))


def asking(name: str, method: str = "get", /, **values: Any) -> Row:
    """An act of goodwill or a page of one's own: for those at the counter. There is no such request."""
    return Row(name, AT_THE_COUNTER, "staff.ask_goodwill", method, values, frozenset(OPENED))


def following(name: str, /, **values: Any) -> Row:
    """A page about requests that auditors and administrators read too."""
    return Row(name, EVERYBODY, "staff.ask_goodwill", "get", values, frozenset({200, 404}))


def deciding(name: str, /, **values: Any) -> Row:
    """A page of the queue; there is no such request, and nothing was chosen."""
    gives = frozenset({200, 302, 404})
    return Row(name, ("manager",), "staff.approve_goodwill", "get", values, gives)


def ruling(name: str, method: str = "get", /, **values: Any) -> Row:
    """A page or act of the goodwill rules; there is no such reason, limit or store."""
    gives = frozenset({200, 302, 404, 422})
    return Row(name, ("administrator",), "staff.manage_limits", method, values, gives)


def moving(name: str, permission: str, method: str = "get", /, **values: Any) -> Row:
    """An act or page of redeeming and reversing at the counter. There is no such redemption or reversal."""
    return Row(name, AT_THE_COUNTER, f"staff.{permission}", method, values, frozenset({200, 302, 404, 422}))


def second_person(name: str, /, **values: Any) -> Row:
    """A page of whoever decides on reversals; there is no such one."""
    return Row(name, ("manager",), "staff.approve_reversals", "get", values, frozenset({404}))


def trail(name: str, /, **values: Any) -> Row:
    """A page of the trail: for those who read it; an entry or click that is not there is 404."""
    return Row(name, AUDITORS, "staff.view_trail", "get", values, frozenset({200, 302, 404}))


def long_work(name: str, method: str = "get", /, **values: Any) -> Row:
    """A page or act of long work; there is no such operation."""
    return Row(name, READERS, "staff.run_operations", method, values, frozenset({200, 302, 404}))


def post(name: str, *gives: int) -> Row:
    """An act on one's own account, sent empty."""
    return Row(name, method="post", gives=frozenset(gives))


ROWS = [
    Row("staff:home", gives=frozenset({302})),
    Row("staff:sign_in", public=True, gives=frozenset({302})),
    Row("staff:sign_out", method="post", public=True),
    Row("staff:account"),
    post("staff:preferences", 422),
    post("staff:password", 422),
    post("staff:store_switch", 404),
    Row("staff:people", ("administrator",), "staff.view_people"),
    Row(
        "staff:person_mobile",
        ("administrator",),
        "staff.manage_staff",
        values={"pk": 999_999},
        gives=frozenset({404}),
    ),
    Row("staff:stores", ("administrator",), "staff.view_people"),
    Row("operations:health", ("administrator",), "staff.view_health"),
    Row("operations:healthz", public=True),
    trail("operations:switches"),
    trail("audit:trail"),
    trail("audit:entry", entry_id=999_999),
    trail("audit:click", reference="LC-7F3K-92QD-M4XA"),
    Row(
        "audit:customer_history",
        EVERYBODY,
        values={"customer_id": "4417"},
        gives=frozenset({200, 404}),
    ),
    Row("customers:lookup", AT_THE_COUNTER, "staff.view_customers"),
    customer("customers:customer"),
    customer("customers:tab", tab="notes"),
    customer("customers:panel", name="points"),
    customer("customers:reveal", "reveal_identifiers", field="mobile"),
    customer("customers:verify", "verify_callers"),
    customer("customers:verify_number", "verify_callers", "post"),
    customer("customers:note_add", "add_notes", "post"),
    customer("customers:note_state", reference="LC-7F3K-92QD-M4XA"),
    customer("customers:note_check", "add_notes", "post", reference="LC-7F3K-92QD-M4XA"),
    customer("customers:note_again", "add_notes", "post", reference="LC-7F3K-92QD-M4XA"),
    customer("customers:note_there", "add_notes", "post", reference="LC-7F3K-92QD-M4XA"),
    customer("points:customer_redemptions"),
    customer("points:customer_statement"),
    asking("goodwill:ask", customer_id=4417),
    asking("goodwill:ask_check", "post", customer_id=4417),
    asking("goodwill:customer_panel", customer_id=4417),
    asking("goodwill:mine"),
    asking("goodwill:withdraw", pk=4417),
    asking("goodwill:answer", pk=4417),
    asking("goodwill:check", "post", pk=4417),
    Row("operations:unknown", EVERYBODY, "staff.view_customers"),
    Row("operations:notices", gives=frozenset({302})),
    post("operations:notices_dismiss", 302),
    Row("operations:notice_dismiss", method="post", values={"pk": 4417}, gives=frozenset({302})),
    following("goodwill:request", pk=4417),
    following("goodwill:result", pk=4417),
    trail("goodwill:calls", pk=4417),
    trail("goodwill:requests"),
    Row(
        "goodwill:give_up",
        ("manager",),
        "staff.approve_goodwill",
        values={"pk": 4417},
        gives=frozenset({404}),
    ),
]
ROWS += [
    deciding("goodwill:approvals"),
    deciding("goodwill:approvals_several"),
    deciding("goodwill:store_budget"),
    *(
        deciding(f"goodwill:evidence{act}", pk=4417)
        for act in ("", "_year", "_approve", "_reject", "_send_back")
    ),
    trail("goodwill:rules"),
    trail("goodwill:rules_applies"),
    *(ruling(f"goodwill:rules_{page}") for page in ("reasons", "limits", "budgets", "series", "times")),
    ruling("goodwill:rules_limit_add"),
    *(ruling(f"goodwill:rules_{page}", pk=999) for page in ("reason", "limit", "times_set")),
    ruling("goodwill:rules_budget", month="2026-11", pk=999),
    ruling("goodwill:rules_reason_add", "post"),
    ruling("operations:switch_off", "post"),
    ruling("operations:switch_on", "post", pk=999),
    *(ruling(f"goodwill:rules_reason_{act}", "post", pk=999) for act in ("up", "down", "remove")),
    *(ruling(f"goodwill:rules_{act}", "post", pk=999) for act in ("limit_remove", "times_remove")),
    ruling("goodwill:rules_series_stop", "post", pk=999),
    ruling("goodwill:rules_budgets_copy", "post", month="2026-11"),
    ruling("goodwill:rules_series_allow", "post", outside_id="4103"),
]
ROWS += [
    customer("points:redeem", "redeem_points"),
    customer("points:redeem_check", "redeem_points", "post"),
    customer("points:code_send", "redeem_points", "post"),
    customer("points:redeem_do", "redeem_points", "post"),
    customer("points:reverse", "reverse_redemptions", redemption_id="731"),
    moving("points:redemption_check", "redeem_points", "post", pk=4417),
    moving("points:reversal_check", "redeem_points", "post", pk=4417),
    moving("points:reversals", "reverse_redemptions"),
    moving("points:reversal_withdraw", "reverse_redemptions", pk=4417),
    *(second_person(f"points:reversal_{act}", pk=4417) for act in ("approve", "reject")),
    *(
        second_person(f"points:{kind}_{act}", pk=4417)
        for kind in ("redemption", "reversal")
        for act in ("give_up", "it_is")
    ),
    *(
        Row(
            f"points:{kind}{part}",
            EVERYBODY,
            f"staff.{permission}",
            values={"pk": 4417},
            gives=frozenset({404}),
        )
        for kind, permission in (("redemption", "redeem_points"), ("reversal", "reverse_redemptions"))
        for part in ("", "_result")
    ),
    trail("points:redemption_calls", pk=4417),
    trail("points:reversal_calls", pk=4417),
    trail("points:rules"),
    ruling("points:rules_set", pk=999),
    ruling("points:rules_remove", "post", pk=999),
]
ROWS += [
    customer("referrals:customer_panel"),
    customer("referrals:invite", "invite_referrals"),
    customer("referrals:invite_check", "invite_referrals", "post"),
    Row("referrals:check_code", AT_THE_COUNTER, "staff.view_customers"),
    *(
        Row(
            f"referrals:invitation{part}",
            EVERYBODY,
            "staff.invite_referrals",
            values={"pk": 4417},
            gives=frozenset({404}),
        )
        for part in ("", "_result")
    ),
    trail("referrals:invitation_calls", pk=4417),
    Row(
        "referrals:check_again",
        AT_THE_COUNTER,
        "staff.invite_referrals",
        "post",
        {"pk": 4417},
        frozenset({404}),
    ),
    *(
        Row(name, ("manager",), "staff.mark_referral_signals", values={"pk": 4417}, gives=frozenset({404}))
        for name in ("referrals:give_up", "referrals:signal_look")
    ),
    Row("referrals:signals", ("manager", "auditor"), "staff.view_referral_signals"),
    trail("referrals:rules"),
    ruling("referrals:rules_set", pk=0),
    ruling("referrals:rules_remove", "post", pk=999),
    ruling("referrals:rules_campaign_add"),
    ruling("referrals:rules_campaign", pk=999),
]
ROWS += [
    Row("operations:list", READERS, "staff.run_operations"),
    Row("operations:operation_new", ("manager",), "staff.run_operations", values={"kind": "bulk_goodwill"}),
    long_work("operations:operation_sample", kind="bulk_goodwill", form="csv"),
    *(long_work(f"operations:operation{part}", pk=999) for part in ("", "_progress")),
    *(long_work(f"operations:operation_{part}", pk=999, form="csv") for part in ("results", "problems")),
    *(
        long_work(f"operations:operation_{act}", pk=999)
        for act in ("approve", "reject", "cancel", "export", "file")
    ),
    *(
        long_work(f"operations:operation_{act}", "post", pk=999)
        for act in ("ask", "run", "pause", "resume", "rerun")
    ),
    long_work("operations:operation_free", "post", pk=999, chunk=999),
]
BY_NAME = {row.name: row for row in ROWS}
GUARDED = [row for row in ROWS if not row.public]
ASKING_OUTSIDE = {row.name for row in ROWS if row.name.startswith("customers:")} | {
    "goodwill:ask",
    "points:redeem",
    "points:reverse",
    "goodwill:rules_series",
    "goodwill:rules_series_allow",
    "referrals:customer_panel",
    "referrals:invite",
}
CASES = [pytest.param(row, role, id=f"{row.name}-{role}") for row in GUARDED for role in EVERYBODY]


def walk(patterns, namespace=""):
    """Every address of the URLconf: its full name (empty when it has none) and its view."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from walk(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}" if pattern.name else "", pattern


@pytest.fixture
def quick_outside(settings):
    """Nobody listens there: calls fail at once instead of after their pauses."""
    settings.CAPILLARY = settings.CAPILLARY | {"deadline_seconds": 0.5, "connect_timeout_seconds": 0.2}


def test_every_address_has_a_row_and_every_row_an_address():
    found = list(walk(get_resolver().url_patterns))
    nameless = [str(pattern.pattern) for name, pattern in found if not name]
    assert nameless == []
    assert {name for name, _pattern in found} == set(BY_NAME)


def test_only_the_marked_views_are_open_without_signing_in():
    found = walk(get_resolver().url_patterns)
    open_views = {name for name, pattern in found if not getattr(pattern.callback, "login_required", True)}
    assert open_views == {row.name for row in ROWS if row.public}


@pytest.mark.parametrize(("row", "role"), CASES)
def test_each_role_opens_exactly_what_is_theirs(row, role, request, quick_outside):
    # Calls outside commit their halves in threads of their own: a test's open transaction would block them.
    request.getfixturevalue("transactional_db" if row.name in ASKING_OUTSIDE else "db")
    client_as = request.getfixturevalue("client_as")
    client = client_as(request.getfixturevalue(role))
    answer = getattr(client, row.method)(row.url)
    refusals = Entry.objects.filter(action="staff.refused")
    if role in row.roles:
        assert answer.status_code in row.gives
        assert settings.LOGIN_URL not in answer.headers.get("Location", "")
        assert not refusals.exists()
        return
    assert answer.status_code == 403
    entry = refusals.get()
    details = json.loads(bytes(entry.payload))["details"]
    assert (details["view"], details["permission"]) == (row.name, row.permission)
    assert entry.reference == answer["X-Reference"]


@pytest.mark.parametrize("row", GUARDED, ids=lambda row: row.name)
def test_a_stranger_is_sent_to_sign_in(row, client, db):
    answer = getattr(client, row.method)(row.url)
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{settings.LOGIN_URL}?next=")
    assert not Entry.objects.exists()


@pytest.mark.parametrize("row", GUARDED, ids=lambda row: row.name)
def test_a_stranger_s_fragment_moves_the_whole_page(row, client_as):
    answer = getattr(client_as(htmx=True), row.method)(row.url)
    assert answer["HX-Redirect"].startswith(f"{settings.LOGIN_URL}?next=")
    assert not answer.content


@pytest.mark.parametrize("row", [row for row in ROWS if row.public], ids=lambda row: row.name)
def test_the_open_addresses_answer_strangers(row, client, db):
    answer = getattr(client, row.method)(row.url)
    assert answer.status_code == 200 or (row.name, answer["Location"]) == (
        "staff:sign_out",
        settings.LOGIN_URL,
    )
    assert not Entry.objects.exists()


@pytest.mark.parametrize("row", [row for row in ROWS if row.method == "post"], ids=lambda row: row.name)
def test_changes_are_never_made_by_a_get(row, request, client_as):
    client = client_as(request.getfixturevalue(row.roles[0]))
    assert client.get(row.url).status_code == 405


def test_another_store_s_row_is_not_found(client_as, manager, other_manager, stores):
    give_role(manager, "store_manager", stores.contact_centre)
    client = client_as(manager)
    assert client.post(reverse("staff:store_switch"), {"store": stores.store_07.pk}).status_code == 404
    assert client.post(reverse("staff:store_switch"), {"store": stores.store_12.pk}).status_code == 302


def test_pages_are_never_kept_by_browsers(client_as, agent):
    for name in ("staff:account", "customers:lookup"):
        assert "no-store" in client_as(agent).get(reverse(name))["Cache-Control"]
