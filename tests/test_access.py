"""Every address × every role, by walking the URLconf: a new address fails until it has a row here.

A row says who may open an address (with which method and values) and what they then get. Everybody else gets
403 and leaves one refusal; a stranger is sent to sign in, htmx moves the whole page there.
"""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from apps.audit.models import Entry
from apps.staff.api.keys import make_key
from apps.staff.models import ApiKey
from apps.staff.services import give_role
from tests.audit.conftest import ASHA
from tests.support.programs import NAMES as ACTING_PROGRAMS

AT_THE_COUNTER = ("agent", "manager")
AUDITORS = ("auditor", "administrator")
EVERYBODY = (*AT_THE_COUNTER, *AUDITORS)
READERS = ("manager", *AUDITORS)
# What an allowed person may get beside the page itself: the outside does not answer in these tests, the row
# asked for does not exist, or the form was sent empty.
OPENED = {200, 204, 302, 404, 409, 422, 503}


# Nobody has shown a password, no passkey came, no provider is named, and no such link was ever made.
NOTHING_TO_ANSWER = (
    *("staff:factor", "staff:passkey_sign_in"),
    "staff:password_reset",
    *("staff:oidc_start", "staff:oidc_back", "staff:oidc_back_channel", "staff:sign_in_once"),
)


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


def subject_request(name: str, method: str = "post", /) -> Row:
    """A page or act about somebody's own data; there is no such request."""
    return Row(name, AUDITORS, "staff.handle_subject_requests", method, {"pk": 999_999}, frozenset({404}))


def long_work(name: str, method: str = "get", /, **values: Any) -> Row:
    """A page or act of long work; there is no such operation."""
    return Row(name, READERS, "staff.run_operations", method, values, frozenset({200, 302, 404}))


def somebody(name: str, method: str = "get", /, **values: Any) -> Row:
    """An act on a person of the house; there is nobody of that number."""
    everything = {"pk": 999_999} | values
    return Row(name, ("administrator",), "staff.manage_staff", method, everything, frozenset({404}))


def of_store(name: str, method: str = "get", /) -> Row:
    """The page of a store, or an act on it; there is none of that number."""
    return Row(name, ("administrator",), "staff.manage_stores", method, {"pk": 999_999}, frozenset({404}))


def change_that_waits(name: str, method: str = "post", /) -> Row:
    """A change that waits for a second person, for whoever may see any; there is no such change."""
    return Row(name, AUDITORS, "staff.view_trail", method, {"pk": 999_999}, frozenset({404}))


def post(name: str, *gives: int) -> Row:
    """An act on one's own account, sent empty."""
    return Row(name, method="post", gives=frozenset(gives))


ROWS = [
    Row("staff:home", gives=frozenset({302})),
    Row("staff:sign_in", public=True, gives=frozenset({302})),
    Row("staff:oidc_start", public=True, gives=frozenset({404})),
    Row("staff:oidc_back", public=True, gives=frozenset({404})),
    Row("staff:oidc_back_channel", method="post", public=True, gives=frozenset({404})),
    Row("staff:sign_in_once", values={"token": "nonsense"}, gives=frozenset({410}), public=True),
    Row("staff:sign_out", method="post", public=True),
    Row("staff:account"),
    post("staff:preferences", 422),
    post("staff:password", 422),
    Row("staff:password_forgotten", public=True),
    Row("staff:password_reset", values={"token": "nonsense"}, gives=frozenset({404}), public=True),
    Row("staff:sessions"),
    Row("staff:session_end", method="post", values={"mark": "nonsense"}, gives=frozenset({404})),
    post("staff:sessions_end_others", 302),
    somebody("staff:person_sessions_end"),
    Row("staff:form_waiting", values={"token": "nonsense"}, gives=frozenset({302})),
    Row("staff:lock", gives=frozenset({302})),
    Row("staff:session_state"),
    post("staff:session_used", 204),
    post("staff:store_switch", 404),
    Row("staff:factor", public=True, gives=frozenset({302})),
    Row("staff:passkey_sign_in", method="post", public=True, gives=frozenset({422})),
    Row("staff:prove"),
    Row("staff:factor_setup"),
    Row("staff:authenticator_new"),
    Row("staff:authenticator_remove", gives=frozenset({404})),
    Row("staff:passkey_new"),
    Row("staff:passkey_rename", values={"pk": 999_999}, gives=frozenset({404})),
    Row("staff:passkey_remove", values={"pk": 999_999}, gives=frozenset({404})),
    Row("staff:recovery_codes"),
    Row("staff:people", ("administrator",), "staff.view_people"),
    Row(
        "staff:person_mobile",
        ("administrator",),
        "staff.manage_staff",
        values={"pk": 999_999},
        gives=frozenset({404}),
    ),
    Row("staff:person_invite", ("administrator",), "staff.manage_staff"),
    Row(
        "staff:person",
        ("administrator",),
        "staff.view_people",
        values={"pk": 999_999},
        gives=frozenset({404}),
    ),
    somebody("staff:person_role_give"),
    Row(
        "staff:person_permissions",
        ("administrator",),
        "staff.view_people",
        values={"pk": 999_999},
        gives=frozenset({404}),
    ),
    Row("staff:account_permissions"),
    Row("staff:people_export", ("administrator",), "staff.view_people", values={"form": "xlsx"}),
    Row("staff:people_import", ("administrator",), "staff.manage_staff"),
    somebody("staff:people_file"),
    somebody("staff:people_file_apply", "post"),
    Row("staff:reviews", READERS, "staff.review_access"),
    Row("staff:review_open", ("administrator",), "staff.manage_staff", "post", gives=frozenset({302})),
    Row("staff:review", READERS, "staff.review_access", values={"pk": 999_999}, gives=frozenset({404})),
    Row(
        "staff:review_decide",
        ("manager", "administrator"),
        "staff.review_access",
        "post",
        {"pk": 999_999},
        frozenset({404}),
    ),
    somebody("staff:review_close", "post"),
    trail("staff:review_result", pk=999_999, form="csv"),
    Row("staff:roles", AUDITORS, "staff.view_people"),
    Row("staff:role", AUDITORS, "staff.view_people", values={"pk": 999_999}, gives=frozenset({404})),
    Row("staff:role_new", ("administrator",), "staff.manage_staff"),
    somebody("staff:role_change"),
    somebody("staff:role_retire"),
    somebody("staff:person_role_end", membership=999_999),
    somebody("staff:person_role_move", membership=999_999),
    somebody("staff:person_factors_reset"),
    somebody("staff:person_deactivate"),
    somebody("staff:person_reactivate", "post"),
    Row("staff:changes", AUDITORS, "staff.view_trail"),
    change_that_waits("staff:change", "get"),
    change_that_waits("staff:change_ask"),
    change_that_waits("staff:change_confirm"),
    change_that_waits("staff:change_refuse"),
    change_that_waits("staff:change_withdraw"),
    change_that_waits("staff:change_drop"),
    somebody("staff:person_invite_again", "post"),
    somebody("staff:person_invite_withdraw", "post"),
    somebody("staff:person_account_end", "post"),
    Row("operations:webhooks", AUDITORS, "staff.manage_staff"),
    Row("operations:webhook_add", ("administrator",), "staff.manage_staff"),
    Row("operations:webhook", AUDITORS, "staff.manage_staff", "get", {"pk": 999_999}, frozenset({404})),
    somebody("operations:webhook_switch", "post"),
    somebody("operations:webhook_remove"),
    somebody("operations:webhook_again", "post"),
    Row("staff:welcome", values={"token": "nonsense"}, gives=frozenset({404}), public=True),
    Row("staff:stores", ("administrator",), "staff.view_people"),
    Row("staff:store_add", ("administrator",), "staff.manage_stores"),
    of_store("staff:store"),
    *(of_store(f"staff:store_{act}") for act in ("change", "close", "reopen", "till")),
    *(of_store(f"staff:store_till_{act}", "post") for act in ("remove", "test")),
    Row("staff:connection", ("administrator",), "staff.check_connection"),
    # The outside does not answer in these tests, which is what the check then finds.
    Row(
        "staff:connection_check",
        ("administrator",),
        "staff.check_connection",
        method="post",
        gives=frozenset({302}),
    ),
    Row("staff:api"),
    Row("staff:api_document"),
    Row("staff:api_keys", AUDITORS, "staff.manage_staff"),
    Row("staff:api_key_new", ("administrator",), "staff.manage_staff"),
    Row(
        "staff:api_key_ask",
        ("administrator",),
        "staff.manage_staff",
        values={"pk": 999_999},
        gives=frozenset({404}),
    ),
    Row(
        "staff:api_key_revoke",
        ("administrator",),
        "staff.manage_staff",
        "post",
        {"pk": 999_999},
        frozenset({404}),
    ),
    Row("operations:health", ("administrator",), "staff.view_health"),
    Row("operations:healthz", public=True),
    trail("operations:switches"),
    trail("audit:trail"),
    trail("audit:entry", entry_id=999_999),
    trail("audit:click", reference="LC-7F3K-92QD-M4XA"),
    trail("audit:verify_export"),
    trail("audit:checkpoints"),
    trail("audit:checkpoint", size=999_999),
    trail("audit:checkpoint_note", size=999_999),
    Row("audit:verify", AUDITORS, "staff.view_trail", "post", gives=frozenset({302})),
    trail("audit:verification", pk=999_999),
    Row("audit:subject_requests", AUDITORS, "staff.handle_subject_requests"),
    Row("audit:subject_request_new", AUDITORS, "staff.handle_subject_requests"),
    subject_request("audit:subject_request", "get"),
    subject_request("audit:subject_pack_make"),
    subject_request("audit:subject_pack_fetch"),
    subject_request("audit:subject_request_answer"),
    subject_request("audit:subject_request_refuse"),
    subject_request("audit:subject_erasure_ask"),
    subject_request("audit:subject_erasure_confirm", "get"),
    trail("audit:watch"),
    trail("audit:watch_item", pk=999),
    Row("audit:watch_look", ("auditor",), "staff.mark_watch", "get", {"pk": 999}, frozenset({404})),
    trail("audit:person", user_id=999_999),
    trail("audit:views"),
    trail("audit:view_save"),
    trail("audit:view_change", pk=999_999),
    trail("audit:view_delete", pk=999_999),
    Row("audit:about", EVERYBODY, values={"subject": "GR-10418"}),
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
    customer("customers:glass"),
    Row("customers:protected", ("administrator",), "staff.protect_customers"),
    Row(
        "customers:protect",
        ("administrator",),
        "staff.protect_customers",
        "post",
        gives=frozenset({422}),
    ),
    Row(
        "customers:protection_end",
        ("administrator",),
        "staff.protect_customers",
        values={"pk": 999_999},
        gives=frozenset({404}),
    ),
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


# Addresses for programs: a key opens them, and no session does. Those that act: tests/api/test_scopes.py.
PROGRAMS: dict[str, dict[str, Any]] = {
    "api_v1_document": {},
    "trail_api:entries": {},
    "trail_api:entry": {"entry_id": 999_999},
    "trail_api:proof": {"entry_id": 999_999},
    "trail_api:checkpoints": {},
    "trail_api:checkpoint": {"size": 999_999},
    "trail_api:consistency": {"size": 999_999, "old": 1},
    "trail_api:keys": {},
}


def test_every_address_has_a_row_and_every_row_an_address():
    found = list(walk(get_resolver().url_patterns))
    nameless = [str(pattern.pattern) for name, pattern in found if not name]
    assert nameless == []
    assert {name for name, _pattern in found} == {*BY_NAME, *PROGRAMS, *ACTING_PROGRAMS}


def test_only_the_marked_views_are_open_without_signing_in():
    found = walk(get_resolver().url_patterns)
    open_views = {name for name, pattern in found if not getattr(pattern.callback, "login_required", True)}
    assert open_views == {*(row.name for row in ROWS if row.public), *PROGRAMS, *ACTING_PROGRAMS}


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_need_a_key_that_was_made_for_it(name, client, administrator):
    url = reverse(name, kwargs=PROGRAMS[name])
    assert client.get(url).status_code == 401
    client.force_login(administrator)
    assert client.get(url).status_code == 401
    last_day = timezone.localdate()
    key, text = make_key(actor=ASHA, user=administrator, name="SIEM", scopes=["trail"], last_day=last_day)
    with_key = {"headers": {"authorization": f"Bearer {text}"}}
    assert client.get(url, **with_key).status_code in {200, 404}
    assert client.post(url, **with_key).status_code == 405
    ApiKey.objects.filter(pk=key.pk).update(scopes=[])
    assert client.get(url, **with_key).status_code == (200 if name == "api_v1_document" else 403)


# All roles of one address together: making people and a house for each of six hundred pairs took minutes.
@pytest.mark.parametrize("row", GUARDED, ids=lambda row: row.name)
def test_each_role_opens_exactly_what_is_theirs(row, request, quick_outside):
    # Calls outside commit their halves in threads of their own: a test's open transaction would block them.
    request.getfixturevalue("transactional_db" if row.name in ASKING_OUTSIDE else "db")
    client_as = request.getfixturevalue("client_as")
    for role in EVERYBODY:
        client = client_as(request.getfixturevalue(role))
        answer = getattr(client, row.method)(row.url)
        refusals = Entry.objects.filter(action="staff.refused", reference=answer["X-Reference"])
        if role in row.roles:
            assert answer.status_code in row.gives, role
            assert settings.LOGIN_URL not in answer.headers.get("Location", ""), role
            assert not refusals.exists(), role
            continue
        assert answer.status_code == 403, role
        details = json.loads(bytes(refusals.get().payload))["details"]
        assert (details["view"], details["permission"]) == (row.name, row.permission), role


@pytest.mark.parametrize("row", GUARDED, ids=lambda row: row.name)
def test_a_stranger_is_sent_to_sign_in(row, client_as):
    answer = getattr(client_as(), row.method)(row.url)
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{settings.LOGIN_URL}?next=")
    # A fragment moves the whole page.
    answer = getattr(client_as(htmx=True), row.method)(row.url)
    assert answer["HX-Redirect"].startswith(f"{settings.LOGIN_URL}?next=")
    assert not answer.content
    assert not Entry.objects.exists()


@pytest.mark.parametrize("row", [row for row in ROWS if row.public], ids=lambda row: row.name)
def test_the_open_addresses_answer_strangers(row, client, db):
    answer = getattr(client, row.method)(row.url)
    if row.name == "staff:welcome":
        # A link that was never made.
        assert answer.status_code == 404
    elif row.name in NOTHING_TO_ANSWER:
        assert answer.status_code in row.gives
    else:
        assert answer.status_code == 200 or (row.name, answer["Location"]) == (
            "staff:sign_out",
            settings.LOGIN_URL,
        )
    assert not Entry.objects.exists()


@pytest.mark.parametrize("row", [row for row in ROWS if row.method == "post"], ids=lambda row: row.name)
def test_changes_are_never_made_by_a_get(row, request, client_as):
    client = client_as(request.getfixturevalue(row.roles[0]))
    answer = client.get(row.url)
    assert (answer.status_code, "POST" in answer["Allow"]) == (405, True)
    assert "Nothing was done." in answer.text


# What no database takes, what no column holds, and digits that no number holds.
ODD = ("a\0b", "a" * 3000, "7" * 3000)


@pytest.mark.django_db(transaction=True)
def test_whatever_stands_in_an_address_instead_of_a_word_is_not_found(
    request, client_as, subtests, quick_outside
):
    clients = {role: client_as(request.getfixturevalue(role)) for role in EVERYBODY}
    found = [(BY_NAME[name], one) for name, one in walk(get_resolver().url_patterns) if name in BY_NAME]
    for row, word in ((row, word) for row, pattern in found for word in words_in(pattern)):
        client = clients["administrator" if row.public else row.roles[0]]
        before, after = row.url.rsplit(str(row.values[word]), 1)
        for odd in ODD:
            with subtests.test(row.name, word=word, odd=odd[:4]):
                answer = getattr(client, row.method)(before + quote(odd) + after)
                assert answer.status_code == 404


def words_in(pattern):
    """The parameters of an address of which no number is made."""
    makes = pattern.pattern.converters
    names = pattern.pattern.regex.groupindex
    return [name for name in names if name not in makes or isinstance(makes[name].to_python("7"), str)]


def test_another_store_s_row_is_not_found(client_as, manager, other_manager, stores):
    give_role(manager, "store_manager", stores.contact_centre)
    client = client_as(manager)
    assert client.post(reverse("staff:store_switch"), {"store": stores.store_07.pk}).status_code == 404
    assert client.post(reverse("staff:store_switch"), {"store": stores.store_12.pk}).status_code == 302


def test_pages_are_never_kept_by_browsers(client_as, agent):
    for name in ("staff:account", "customers:lookup"):
        assert "no-store" in client_as(agent).get(reverse(name))["Cache-Control"]
