"""The API's document holds: whatever is sent, no answer is outside of it, none is a 500, none is of another store.

schemathesis makes what is sent, good and bad, from the document itself; it runs in this process. Every row there is
belongs to another store, so anything a key of ours is told of them would be too much.
"""

import json
import uuid

import hypothesis
import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.utils import timezone
from hypothesis import HealthCheck, Phase
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from apps.goodwill.models import GoodwillRequest, Reason
from apps.operations.models import Operation
from apps.points.models import Redemption, Reversal
from apps.referrals.models import Invitation
from apps.staff.api.document import document
from apps.staff.api.scopes import READS_THE_TRAIL, SCOPES

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.alike]
CHECKS = (
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
SECRET = "Somebody else's matter"
# What may do most is told most; what a key with fewer scopes is refused is in test_scopes.py.
KINDS = {"acting": sorted(set(SCOPES) - READS_THE_TRAIL), "trail": sorted(READS_THE_TRAIL)}


def theirs(store, user):
    """One row of each room in another store, with the id that is asked for."""
    now, common = timezone.now(), {"customer_id": 4417, "store": store}
    GoodwillRequest.objects.create(
        pk=1, kind="points", amount=5, reason=Reason.objects.first(), reason_words=SECRET, tag="LC#1",
        requester=user, requester_name=SECRET, asked_at=now, **common,
    )  # fmt: skip
    act = {"user": user, "user_name": SECRET, "user_role": "Agent", "started_at": now, **common}
    Redemption.objects.create(pk=1, token=uuid.uuid4(), points=5, bill=SECRET, state="done", **act)
    Invitation.objects.create(pk=1, token=uuid.uuid4(), campaign="c", asked=1, state="done", **act)
    Reversal.objects.create(
        pk=1, token=uuid.uuid4(), user=user, user_name=SECRET, redemption_id="7", redemption_points=5, points=5,
        reason=SECRET, state="waiting", facts={}, **common,
    )  # fmt: skip
    Operation.objects.create(
        pk=1, kind="bulk_goodwill", title=SECRET, requested_by=user, requester_name=SECRET, store=store
    )


@pytest.fixture
def silent(settings):
    """Nobody answers outside, at once."""
    quick = {"deadline_seconds": 0.1, "connect_timeout_seconds": 0.1, "calls_per_second": 5000.0}
    settings.CAPILLARY = {**settings.CAPILLARY, "base_url": "http://127.0.0.1:9", **quick}


@pytest.fixture
def told():
    """The document as JSON, with ids small enough to meet the rows."""
    found = json.loads(json.dumps(document(), default=str))
    for methods in found["paths"].values():
        for operation in methods.values():
            for one in operation.get("parameters", ()):
                if one["in"] == "path" and one["schema"]["type"] == "integer":
                    one["schema"] |= {"minimum": 1, "maximum": 2}
    return found


def tried_by(methods):
    """The kind of key that opens an address."""
    security = [one for told in methods.values() for one in told.get("security", [])]
    scopes = {scope for one in security for scope in one["key"]} or {"trail"}
    return next(kind for kind, of_kind in KINDS.items() if scopes & set(of_kind))


@pytest.mark.parametrize("kind", KINDS)
def test_the_document_holds_for_a_key_of(kind, program, stores, manager, told, silent, settings, rules):
    rates = dict.fromkeys(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "100000/min")
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    theirs(stores.store_12, manager)
    key = program(*KINDS[kind], where=[] if kind == "trail" else None)
    told["paths"] = {path: methods for path, methods in told["paths"].items() if tried_by(methods) == kind}
    schema = schemathesis.openapi.from_dict(told)
    schema.app = WSGIHandler()
    # It would look for words to try in every module there is: a third of the time, and what is sent is no better.
    schema.config.analysis.constants.enabled = False
    schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
    tried = [_try(result.ok(), key) for result in schema.get_all_operations()]
    assert len(tried) >= 5
    # Not only refusals: they came to what the views do.
    assert {status for found in tried for status in found} - {401, 403, 404, 429}


def _try(operation, key):
    """What it was answered, by status."""
    statuses = set()

    @hypothesis.given(case=operation.as_strategy())
    @hypothesis.settings(
        max_examples=2,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def test(case):
        answer = case.call(headers={"Authorization": f"Bearer {key.text}"})
        case.validate_response(answer, checks=CHECKS)
        # 503 is in the document: nobody answers outside.
        assert answer.status_code != 500
        assert SECRET not in answer.text
        statuses.add(answer.status_code)

    test()
    return statuses
