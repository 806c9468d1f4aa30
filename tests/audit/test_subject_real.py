"""A customer of the look-alike with real acts of real screens, forgotten: what the rooms really keep goes too."""

import sqlite3
import uuid
from contextlib import closing

import pytest

from apps.audit.log import sealer
from apps.audit.log.verifying import go_on as verify
from apps.audit.models import EntryIdentifier, PersonKey, SubjectRequest, Verification
from apps.audit.subject_requests.working import go_on
from apps.customers.notes import add_note
from apps.goodwill.proving import prove_credits
from apps.goodwill.seeding import seed_rules as goodwill_rules
from apps.referrals.seeding import seed_rules as referral_rules
from tests.goodwill import conftest as goodwill
from tests.points.conftest import customer_id, desk, lead, outside, rules, several
from tests.referrals import conftest as referrals
from tests.support.somebody import places_of

__all__ = ["customer_id", "desk", "lead", "outside", "rules", "several"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def whose(outside, customer_id):
    """Name and identifiers of the customer, as the outside knows them: {kind: value}."""
    with closing(sqlite3.connect(f"file:{outside.database}?mode=ro", uri=True)) as rows:
        known = rows.execute(
            "SELECT kind, value FROM sandbox_identifier WHERE customer_id = ?", [customer_id]
        ).fetchall()
        names = rows.execute(
            "SELECT first_name, last_name FROM sandbox_profile WHERE customer_id = ? AND last_name != ''",
            [customer_id],
        ).fetchone()
    return {"name": " ".join(names), **{kind: value for kind, value in known if len(str(value)) >= 5}}


@pytest.fixture
def lived(client_as, agent, stores, desk, customer_id, whose):
    """Looked up by their mobile, opened, given goodwill and a note, redeemed, reversed, invited a friend."""
    actor = goodwill.actor_for(agent, stores.contact_centre)
    system = goodwill.Actor(user_id=None, name="Set-up", role="System")
    goodwill_rules(actor=system)
    referral_rules(actor=system)
    page = client_as(agent)
    assert page.get("/customers/", {"phone": whose["mobile"]}, follow=True).status_code == 200
    assert page.get(f"/customers/{customer_id}/").status_code == 200
    friend = referrals.fresh()
    invited = referrals.Desk(desk.outside, stores.contact_centre, agent, desk.lead).invite(
        friend, customer_id=customer_id
    )
    # A name typed into a note stays in the sealed call, where nobody could tell that it is one; a number is masked.
    add_note(
        actor=actor,
        customer_id=customer_id,
        text=f"Called from {whose['mobile']}.",
        token=uuid.uuid4(),
    )
    request = goodwill.Desk(stores.contact_centre, agent, desk.lead, customer_id).ask(50)
    redemption = desk.redeem(100)
    desk.prove()
    redemption.refresh_from_db()
    desk.reverse(redemption.listed_id, 40)
    desk.prove()
    goodwill.Desk(stores.contact_centre, agent, desk.lead, customer_id).overdue()
    prove_credits()
    request.refresh_from_db()
    return {"friend": friend, "invited": invited, "request": request, "redemption": redemption}


def test_what_real_acts_leave_is_forgotten(lived, subject, customer_id, whose):
    kinds = [(kind, value) for kind, value in whose.items() if kind != "name"]
    secrets = [value for _kind, value in kinds] + [whose["name"]]
    before = {table for table, _column, _how in places_of(secrets, kinds)}
    assert before >= {"audit_entryidentifier", "goodwill_goodwillrequest", "points_redemption"}
    sealer.seal_all()
    request = subject.confirmed(whom=str(customer_id))
    go_on()
    request.refresh_from_db()
    assert (request.state, request.problem) == (SubjectRequest.State.DONE, "")
    assert places_of(secrets, kinds) == set()
    assert not PersonKey.objects.filter(holder=f"customer:{customer_id}").exists()
    assert not EntryIdentifier.objects.filter(entry__customer=str(customer_id)).exists()
    lived["request"].refresh_from_db()
    assert (lived["request"].state, lived["request"].amount) == ("done", 50)
    sealer.seal_all()
    assert verify(Verification.objects.create()).state == Verification.State.SOUND
