"""What people do on the pages, done by programs: the same rules, outcomes and entries."""

import uuid
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.audit.models import Entry
from apps.core import formats, kept, reader
from apps.customers.models import ProtectedCustomer
from apps.goodwill.authority import why_not
from apps.goodwill.models import GoodwillRequest, LimitRule
from apps.goodwill.queue import waiting_for
from apps.operations.models import Operation
from apps.points.models import Redemption
from apps.staff.api.keys import revoke_key
from apps.staff.models import ApiAct, ApiKey, User
from apps.staff.services import give_role
from tests.api.conftest import SET_UP, asking, problem

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.alike]


def test_goodwill_within_the_limit_is_given_at_once_and_beyond_it_waits(program, rules, customer_id):
    shop = program("goodwill_ask")
    done = shop.post("goodwill/requests/", asking(customer_id))
    assert done.status_code == 201, done.json()
    body = done.json()
    assert (body["outcome"], body["state"], body["points"], body["asked_by"]) == (
        "done",
        "approved",
        "50",
        "Program Shop",
    )
    assert shop.get(done["Location"].removeprefix("/api/v1/")).json()["id"] == body["id"]
    entry = Entry.objects.filter(action="goodwill.request.asked").latest("id")
    assert (entry.channel, entry.actor_name, entry.actor_id, entry.store_code) == (
        "api",
        "Program Shop",
        shop.account.pk,
        "CC",
    )
    # Counted against this account and nobody else.
    left = shop.post("goodwill/preview/", asking(customer_id, reason=None) | {"points": "1"}).json()
    assert left["within_authority"] is True
    much = shop.post("goodwill/requests/", asking(customer_id, "1500"))
    assert (much.status_code, much.json()["state"], much.json()["outcome"]) == (201, "waiting", "done")
    # Within a sentence too: what a program reads knows no clock of a store.
    due = much.json()["due_at"][:19]
    assert much.json()["said"]["next_step"] == f"Due at {due}Z."
    assert [one["id"] for one in shop.get("goodwill/requests/", limit="1").json()["items"]] == [
        much.json()["id"]
    ]
    following = shop.get("goodwill/requests/", limit="1").json()["next"]
    assert shop.client.get(following, headers=shop.headers()).json()["items"][0]["id"] == body["id"]


def test_no_answer_is_202_and_the_same_key_tells_it_again(program, rules, customer_id, outside):
    shop = program("goodwill_ask")
    outside.add_fault(kind="drop_after", path="/v1.1/request/add", count=1)
    body = asking(customer_id)
    first = shop.post("goodwill/requests/", body, name="order-1")
    assert (first.status_code, first.json()["outcome"]) == (202, "not_known_yet")
    assert "Do not repeat it." in first.json()["said"]["next_step"]
    again = shop.post("goodwill/requests/", body, name="order-1")
    assert (again.status_code, again.json(), again["Idempotency-Replayed"]) == (202, first.json(), "true")
    assert again["Location"] == first["Location"]
    assert GoodwillRequest.objects.count() == 1


def test_who_made_the_key_and_its_other_keys_are_no_second_person(
    program, rules, customer_id, lead, stores, client_as, administrator
):
    """The administrator who made the key becomes a manager: they hold it in their hand all the same."""
    shop, decider = program("goodwill_ask"), program("goodwill_decide", name="Decider")
    shown = program("goodwill_decide", by=lead, shown_to=administrator, name="Shown")
    foreign = program("goodwill_decide", by=lead, name="Foreign")
    pk = shop.post("goodwill/requests/", asking(customer_id, "1500")).json()["id"]
    said = problem(decider.post(f"goodwill/requests/{pk}/reject/", {"reason": "No."}), 403)
    assert "whose key they made" in said["detail"]
    problem(shown.post(f"goodwill/requests/{pk}/reject/", {"reason": "No."}), 403)
    assert Entry.objects.filter(action="goodwill.request.refused", actor_id=decider.account.pk).exists()
    assert decider.get(f"goodwill/requests/{pk}/evidence/").json()["refusal"] == said["detail"]
    administrator.memberships.all().delete()
    give_role(administrator, "store_manager", stores.contact_centre)
    maker = User.objects.get(pk=administrator.pk)
    request = GoodwillRequest.objects.get(pk=pk)
    assert why_not(maker, request)
    assert not why_not(lead, request)
    assert not waiting_for(maker).exists()
    assert waiting_for(lead).get() == request
    page = client_as(maker).get(f"/goodwill/approvals/{pk}/").content.decode()
    assert "whose key they made" in page or "Nobody decides" in page
    LimitRule.objects.filter(role="store_manager").update(per_request=None, per_day=None, per_month=None)
    evidence = foreign.get(f"goodwill/requests/{pk}/evidence/").json()
    assert (evidence["refusal"], evidence["unread"]) == ("", "")
    done = foreign.post(f"goodwill/requests/{pk}/approve/", {"seen": evidence["seen"]})
    assert (done.status_code, done.json()["state"]) == (200, "approved"), done.json()


def test_another_stores_rows_are_not_there(program, rules, customer_id, stores):
    shop = program("goodwill_ask", "customers")
    other = program(
        "goodwill_ask", "goodwill_decide", "customers", "points_redeem", where=[stores.store_07], name="Other"
    )
    pk = shop.post("goodwill/requests/", asking(customer_id, "1500")).json()["id"]
    problem(other.get(f"goodwill/requests/{pk}/"), 404)
    problem(other.post(f"goodwill/requests/{pk}/reject/", {"reason": "No."}), 404)
    assert other.get("goodwill/requests/").json() == {"items": [], "next": None}
    problem(other.post("goodwill/requests/", asking(customer_id), store="CC"), 404, "store_unknown")
    # Fields are named as they were sent, and a store by its code however it is written.
    here = program("goodwill_ask")
    half = here.post("goodwill/requests/", asking(customer_id, points="0.5"), store="cc")
    assert list(problem(half, half.status_code)["errors"]) == ["points"]
    assert half.status_code in (400, 422)
    both = program("goodwill_ask", where=[stores.store_07, stores.store_12], name="Both")
    problem(both.post("goodwill/requests/", asking(customer_id)), 400, "store_missing")
    problem(both.post("goodwill/requests/999999/withdraw/", {"reason": "No."}), 400, "store_missing")
    assert both.post("goodwill/requests/", asking(customer_id), store="012").json()["store"] == "012"


def test_a_code_redeems_once_and_stands_nowhere(program, rules, customer_id, outside, caplog):
    till = program("points_redeem", "points_reverse", "customers")
    wanted = {"customer_id": customer_id, "points": "100"}
    assert till.post("redemptions/check/", wanted).json()["redeemable"] is True
    sent = till.post("redemptions/send-code/", wanted)
    assert (sent.status_code, sent.json()["outcome"]) == (200, "done"), sent.json()
    soon = problem(till.post("redemptions/send-code/", wanted), 409)
    assert soon["outcome"] == "not_done"
    code = outside.last_code(customer_id)["code"]
    wrong = "1" * len(code) if code != "1" * len(code) else "2" * len(code)
    refused = problem(till.post("redemptions/", {**wanted, "code": wrong}, name="w"), 422)
    assert (refused["outcome"], list(refused["errors"])) == ("not_done", ["code"])
    # Under the same name another code is another act.
    problem(till.post("redemptions/", {**wanted, "code": code}, name="w"), 422, "idempotency_key_reused")
    done = till.post("redemptions/", {**wanted, "code": code}, name="r")
    assert (done.status_code, done.json()["outcome"], done.json()["points"]) == (201, "done", "100"), (
        done.json()
    )
    again = till.post("redemptions/", {**wanted, "code": code}, name="r")
    assert (again.status_code, again.json()) == (201, done.json())
    assert Redemption.objects.filter(state="done").count() == 1
    back = {
        "customer_id": customer_id,
        "redemption_id": done.json()["outside_id"],
        "points": "40",
        "reason": "Goods came back",
    }
    given = till.post("reversals/", back)
    assert given.status_code in {201, 202}, given.json()
    assert till.get("reversals/").json()["items"][0]["id"] == given.json()["id"]
    assert till.get(f"redemptions/{done.json()['id']}/").json()["said"]["text"]
    everything = str(list(ApiAct.objects.values())) + caplog.text
    assert code not in everything.replace(str(customer_id), "") or len(code) < 5
    assert not ApiAct.objects.filter(answer__contains="outcome").exists()


def test_customers_are_found_by_post_masked_and_protected_ones_open_for_a_reason(program, rules, outside):
    crm = program("customers", "customers_clear", "notes")
    asha = next(iter(outside.characters.values()))
    mobile = asha["identifiers"]["mobile"] if isinstance(asha["identifiers"], dict) else None
    found = crm.post("customers/lookup/", {"q": mobile or str(asha["id"])}).json()
    assert (found["found"], found["customers"][0]["customer_id"]) == ("one", asha["id"])
    shown = crm.get(f"customers/{asha['id']}/")
    assert shown.status_code == 200, shown.json()
    field = next(one for one in shown.json()["identifiers"] if one["kind"] == "mobile")
    assert "•" in field["mask"]
    ProtectedCustomer.objects.create(
        customer_id=asha["id"],
        kind="vip",
        reason="A guest",
        marked_by=crm.key.made_by,
        marked_by_name="Imran",
    )
    problem(crm.get(f"customers/{asha['id']}/"), 403, "reason_needed")
    asked = {"field": field["field"], "reason": "Call back"}
    problem(crm.post(f"customers/{asha['id']}/reveal/", asked), 403, "reason_needed")
    assert crm.post(f"customers/{asha['id']}/open/", {"reason": "Ticket 12"}).json()["until"]
    clear = crm.post(f"customers/{asha['id']}/reveal/", asked).json()["value"]
    assert clear.replace(" ", "")[-4:] == field["mask"][-4:]
    actions = set(Entry.objects.filter(channel="api").values_list("action", flat=True))
    assert {
        "customer.glass_asked",
        "customer.glass_broken",
        "customer.revealed",
        "customer.viewed",
    } <= actions
    problem(crm.get("customers/499999999/"), 404)
    nobody = Entry.objects.filter(action="customer.viewed", customer="499999999").order_by("id")
    assert [one.outcome for one in nobody] == ["done", "not_done"]
    noted = crm.post(f"customers/{asha['id']}/notes/", {"text": "Called."}, name="n")
    assert (noted.status_code, noted.json()["outcome"]) == (201, "done"), noted.json()
    assert crm.get(noted["Location"].removeprefix("/api/v1/")).json() == noted.json()
    assert not ApiAct.objects.filter(text="reveal").exists()
    # Clear values have a scope of their own.
    problem(program("customers", name="Masked").post(f"customers/{asha['id']}/reveal/", asked), 403)


def test_a_merged_account_opens_nobody_who_opens_for_a_reason(program, rules, outside):
    """Where the outside answers a merged account with the one that is left."""
    crm = program("customers_clear")
    old, left = (outside.characters[name]["id"] for name in ("merged", "survivor"))
    outside.switch(merged="survivor")
    shown = crm.get(f"customers/{old}/").json()
    assert (shown["customer_id"], shown["merged_into"]) == (old, left)
    asked = {"field": shown["identifiers"][0]["field"], "reason": "Call back"}
    said = problem(crm.post(f"customers/{old}/reveal/", asked), 409)
    assert str(left) in said["detail"]
    assert crm.post(f"customers/{left}/reveal/", asked).json()["value"]
    ProtectedCustomer.objects.create(
        customer_id=left, kind="vip", reason="A guest", marked_by=crm.key.made_by, marked_by_name="Imran"
    )
    problem(crm.get(f"customers/{old}/"), 403, "reason_needed")
    assert Entry.objects.filter(action="customer.glass_asked", customer=str(left)).exists()


def test_friends_are_invited_row_by_row(program, rules, several, outside):
    shop = program("referrals")
    customer_id = several(1)[0]
    campaign = shop.get("referrals/campaigns/").json()[0]["token"]
    friend = {"name": "Noor Haddad", "contact": f"noor.{uuid.uuid4().hex[:8]}@example.com"}
    body = {"customer_id": customer_id, "campaign": campaign, "friends": [friend]}
    bad = {**body, "friends": [friend, {"name": "X", "contact": "nobody"}]}
    said = problem(shop.post("referrals/invitations/", bad), 422)
    assert list(said["errors"]) == ["friends.1.contact"]
    done = shop.post("referrals/invitations/", body)
    assert (done.status_code, done.json()["friends"][0]["state"]) == (201, "invited"), done.json()
    assert friend["contact"] not in done.content.decode()
    assert shop.get("referrals/invitations/").json()["items"] == [done.json()]


def test_a_file_is_uploaded_once_and_steered(program, rules, customer_id):
    shop = program("operations", "goodwill_ask")
    kinds = {one["code"]: one for one in shop.get("operations/kinds/").json()}
    assert "bulk_goodwill" in kinds
    rows = f"customer_id,points,reason\n{customer_id},10,late-delivery\n"

    def upload(name="up"):
        values = {
            "kind": "bulk_goodwill",
            "title": "May",
            "file": SimpleUploadedFile("may.csv", rows.encode()),
        }
        return shop.client.post("/api/v1/operations/", values, headers=shop.headers(name))

    first = upload()
    assert (first.status_code, first.json()["state"]) == (202, "reading"), first.json()
    assert upload().json() == first.json()
    ApiAct.objects.update(state="going", answer="", begun_at=None)
    assert upload().json()["id"] == first.json()["id"]
    assert Operation.objects.count() == 1
    pk = first.json()["id"]
    problem(shop.post(f"operations/{pk}/run/"), 409)
    ended = shop.post(f"operations/{pk}/cancel/", {"reason": "Wrong file"}, name="c")
    assert ended.status_code in {200, 202}, ended.json()
    ApiAct.objects.filter(text="c").update(state="going", answer="", begun_at=None)
    assert shop.post(f"operations/{pk}/cancel/", {"reason": "Wrong file"}, name="c").status_code < 300
    assert Entry.objects.filter(action="operations.work.cancelled", channel="api").count() == 1


def test_a_key_that_is_revoked_stops_its_account_everywhere(program, rules, customer_id):
    shop = program("goodwill_ask")
    account = User.objects.get(pk=shop.account.pk)
    assert account.has_perm("staff.ask_goodwill")
    assert not account.has_perm("staff.redeem_points")
    assert not account.has_usable_password()
    revoke_key(actor=SET_UP, pk=shop.key.pk)
    assert not User.objects.get(pk=account.pk).has_perm("staff.ask_goodwill")
    problem(shop.get("goodwill/requests/"), 401)
    assert ApiKey.objects.get().service_id == account.pk


def test_a_moment_is_told_to_programs_in_one_way_whatever_said_it():
    at = datetime(2026, 11, 23, 6, 10, tzinfo=UTC)
    with reader.program():
        ways = (formats.moment, formats.clock, formats.day, formats.day_and_clock, kept.moment)
        assert {way(at) for way in ways} == {"2026-11-23T06:10:00Z"}
        assert (formats.day(at.date()), formats.moment(None)) == ("2026-11-23", formats.NOTHING)
    assert formats.moment(at) == f"{formats.day_and_clock(at)} {reader.zone_name(at)}"
