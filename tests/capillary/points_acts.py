"""Redeeming and reversing at the look-alike, with the code the customer was sent, and its ledger afterwards."""

import itertools
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

from apps.capillary.ledger_pages import read_ledger
from apps.capillary.resources import ledger, points, redemptions

NUMBERS = itertools.count(1)
WHO = "many_bills"
SPENT = Decimal(100)


def reference():
    return f"01JDCE5Q7R8S9T0V1W{next(NUMBERS):08d}"


def messages(sandbox):
    """What the look-alike sent, newest first or last: told apart by id."""
    reply = sandbox._session.get(f"{sandbox.url}/_control/messages.json", timeout=10)
    return sorted(reply.json()["messages"], key=lambda row: row["id"])


def code_for(client, sandbox, who=WHO, amount=SPENT):
    """Ask for a code and read it in the message, as the customer would."""
    client.send(points.validation_code(points=amount, customer_id=sandbox.characters[who]["id"]))
    return re.match(r"\d+", messages(sandbox)[-1]["body"]).group()


def asking(sandbox, who=WHO, **values):
    asked = {
        "points": SPENT,
        "mobile": sandbox.identifier(who, "mobile"),
        "reference": reference(),
        "customer_id": sandbox.characters[who]["id"],
    }
    return {**asked, **values}


def redeem(client, sandbox, who=WHO, **values):
    """Redeem with a code: what the outside answered and our reference."""
    amount = values.get("points", SPENT)
    asked = asking(sandbox, who, **values)
    asked.setdefault("code", code_for(client, sandbox, who, amount))
    return client.send(points.redeem(**asked)), asked["reference"]


def found_again(client, sandbox, number, who=WHO):
    """The redemptions the outside lists under our reference."""
    person = sandbox.characters[who]["id"]
    page = client.send(redemptions.history(customer_id=person, external_reference_number=number))
    return page.of_reference(number)


def ledger_of(client, sandbox, who=WHO, **more):
    """Everything the ledger has of the last minutes."""
    now = datetime.now(UTC)
    ask = partial(
        ledger.information,
        identifier_name="mobile",
        identifier_value=sandbox.identifier(who, "mobile"),
        **more,
    )
    found = read_ledger(client, ask, now - timedelta(minutes=10), now + timedelta(minutes=1))
    assert found.complete
    return found.entries
