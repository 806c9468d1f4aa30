"""Asked again: what an earlier try came to is the answer, however late, and whatever is true by then."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.customers.models import OpenedForReason, ProtectedCustomer
from apps.goodwill.models import Decision
from apps.points.codes import CodeSending
from apps.points.models import Redemption
from apps.staff.models import ApiAct
from tests.api.conftest import asking, problem

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.alike]


def test_a_try_that_died_is_answered_by_the_row_of_its_act(program, rules, customer_id, outside):
    """The process dies after the act and before its answer is kept."""
    till = program("points_redeem")
    wanted = {"customer_id": customer_id, "points": "100"}
    till.post("redemptions/send-code/", wanted, name="code")
    body = {**wanted, "code": outside.last_code(customer_id)["code"]}
    first = till.post("redemptions/", body, name="r").json()
    ApiAct.objects.update(state="going", status=0, answer="", location="", begun_at=timezone.now())
    waits = till.post("redemptions/", body, name="r")
    assert (problem(waits, 409, "idempotency_key_in_progress"), waits["Retry-After"])[1] == "2"
    assert "outcome" not in waits.json()
    ApiAct.objects.update(begun_at=timezone.now() - timedelta(minutes=4))
    assert till.post("redemptions/", body, name="r").json()["id"] == first["id"]
    assert till.post("redemptions/send-code/", wanted, name="code").json()["outcome"] == "done"
    assert (Redemption.objects.count(), CodeSending.objects.count()) == (1, 1)


def test_a_decision_whose_answer_was_lost_is_told_also_when_it_is_asked_for_late(
    program, rules, customer_id, lead
):
    """The pages know a second press for two minutes; a call that died holds its name for three."""
    shop, decider = program("goodwill_ask"), program("goodwill_decide", by=lead, name="Decider")

    def lost(caller, path, words):
        first = caller.post(path, {"reason": words}, name="lost")
        assert first.status_code == 200, first.json()
        row, long_ago = ApiAct.objects.get(text="lost"), timezone.now() - timedelta(minutes=10)
        Decision.objects.update(at=long_ago)
        ApiAct.objects.filter(pk=row.pk).update(
            state="going", answer="", begun_at=None, made_at=long_ago - timedelta(seconds=1)
        )
        again = caller.post(path, {"reason": words}, name="lost")
        assert (again.status_code, again.json()) == (200, first.json())
        row.delete()

    for caller, act in ((decider, "send-back"), (shop, "answer"), (decider, "reject")):
        if act == "send-back":
            pk = shop.post("goodwill/requests/", asking(customer_id, "1500")).json()["id"]
        lost(caller, f"goodwill/requests/{pk}/{act}/", "The bill of May is missing.")
    assert Decision.objects.filter(request=pk).count() == 3
    # What somebody else decided before is still no answer to a first try.
    problem(shop.post(f"goodwill/requests/{pk}/withdraw/", {"reason": "Solved"}), 409)


def test_what_became_of_an_act_is_told_also_when_the_reason_holds_no_more(program, rules, outside):
    crm = program("notes")
    asha = next(iter(outside.characters.values()))["id"]
    ProtectedCustomer.objects.create(
        customer_id=asha, kind="vip", reason="A guest", marked_by=crm.key.made_by, marked_by_name="Imran"
    )
    path, body = f"customers/{asha}/notes/", {"text": "Called."}
    problem(crm.post(path, body, name="n"), 403, "reason_needed")
    crm.post(f"customers/{asha}/open/", {"reason": "Ticket 12"})
    done = crm.post(path, body, name="n")
    assert done.status_code == 201, done.json()
    OpenedForReason.objects.all().delete()
    again = crm.post(path, body, name="n")
    assert (again.status_code, again["Idempotency-Replayed"], again.json()) == (201, "true", done.json())
    # It opens nothing else.
    problem(crm.post(path, {"text": "Something else."}, name="n"), 422, "idempotency_key_reused")
    problem(crm.post(path, body, name="m"), 403, "reason_needed")
    answer = crm.client.get(f"/api/v1/customers/{asha}/", headers=crm.headers("n"))
    problem(answer, 403, "reason_needed")
