"""The trail for programs: keys, pages that meet without a gap, the filters of the page, and proofs that hold."""

import base64
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from apps.audit.hashing import leaf_hash
from apps.audit.log import sealer
from apps.audit.log.merkle import holds_consistency, holds_inclusion
from apps.audit.log.notes import CheckpointText, Verifier
from apps.audit.models import Checkpoint, Entry
from apps.audit.services import record
from apps.audit.whom import whom
from apps.staff.api.keys import make_key, revoke_key
from apps.staff.models import ApiKey
from tests.audit.conftest import ASHA, MOBILE, unwritable

pytestmark = [pytest.mark.django_db, pytest.mark.alike]


@pytest.fixture(autouse=True)
def _clean_counters():
    cache.clear()


@pytest.fixture
def key(administrator):
    """A key for the trail and its text."""
    last_day = timezone.localdate() + timedelta(days=30)
    return make_key(actor=ASHA, user=administrator, name="SIEM", scopes=["trail"], last_day=last_day)


@pytest.fixture
def ask(client, key):
    """``ask("entries", period="24h")``: the answer to a program with a key."""

    def call(name, *args, token=key[1], **query):
        url = reverse(f"trail_api:{name}", args=args)
        return client.get(url, query, headers={"authorization": f"Bearer {token}"})

    return call


@pytest.fixture
def entries():
    return [
        record(
            "trail.viewed", actor=ASHA, details={"filters": f"the {n}th"}, identifiers=[("mobile", MOBILE)]
        )
        for n in range(7)
    ]


def decoded(text):
    return base64.b64decode(text)


def test_reading_is_an_entry_of_the_program(ask, entries):
    assert len(ask("entries", limit="3", action="trail.viewed").json()["entries"]) == 3
    reading = Entry.objects.filter(channel="api").latest("id")
    assert (reading.action, reading.actor_name, reading.actor_role) == (
        "trail.viewed",
        "Program SIEM",
        "Program",
    )
    assert reading.content["details"]["filters"] == "action: trail.viewed"


def test_reading_about_the_log_is_an_entry_too(ask, entries):
    sealer.seal()
    size = Checkpoint.objects.get().size
    asked = [
        ("proof", entries[0].pk),
        ("checkpoints",),
        ("checkpoint", size),
        ("consistency", size, size),
        ("keys",),
    ]
    assert [ask(*one).status_code for one in asked] == [200] * 5
    read = Entry.objects.filter(action="trail.log.viewed", channel="api").order_by("pk")
    assert {one.actor_name for one in read} == {"Program SIEM"}
    assert [one.content["details"]["what"] for one in read] == [
        f"the proof of entry #{entries[0].pk}",
        "checkpoints",
        f"the checkpoint over {size} entries",
        f"the proof from {size} to {size} entries",
        "its public keys",
    ]


@pytest.mark.parametrize("asked", [("checkpoints",), ("keys",), ("proof", 999_999)])
def test_nothing_about_the_log_is_told_when_it_cannot_be_written_down(ask, asked):
    with unwritable():
        assert ask(*asked).status_code == 503


def test_the_next_page_goes_on_where_this_one_ends(client, key, ask, entries):
    first = ask("entries", limit="3", action="trail.viewed", channel="screen").json()
    second = client.get(first["next"], headers={"authorization": f"Bearer {key[1]}"}).json()
    ids = [one["id"] for one in [*first["entries"], *second["entries"]]]
    assert ids == [one.pk for one in reversed(entries)][:6]


def test_an_entry_tells_its_exact_bytes(ask, entries):
    body = ask("entry", entries[0].pk).json()
    assert leaf_hash(decoded(body["payload"])) == decoded(body["leaf_hash"])
    assert body["actor"] == {"id": 4, "name": "Asha Verma", "role": "Agent"}
    assert MOBILE not in str(body)
    assert body["identifiers"] == [{"kind": "mobile", "mask": "•••••• 4417"}]


def test_a_full_identifier_finds_its_entries_and_is_repeated_nowhere(ask, entries):
    answer = ask("entries", customer=MOBILE, limit="2")
    assert len(answer.json()["entries"]) == 2
    assert "4417" not in answer.json()["next"].replace("%E2%80%A2", "").split("~")[1]
    assert MOBILE.replace(" ", "") not in answer.content.decode().replace(" ", "").replace("%20", "")


def test_a_number_behind_text_is_taken_for_whom_somebody_means(ask, entries):
    answer = ask("entries", text=MOBILE, limit="2")
    body = answer.json()
    # The first is this reading itself: it is about the same identifier.
    assert [one["id"] for one in body["entries"][1:]] == [entries[-1].pk]
    for told in (body["next"], body["entries"][0]["details"], Entry.objects.latest("id").content):
        assert "5550004417" not in unquote(str(told)).replace(" ", "").replace("+", "")


def test_what_is_typed_behind_text_stands_as_mask_and_hash(ask, entries):
    assert ask("entries", text="MT-0017").status_code == 200
    read = Entry.objects.latest("id")
    assert read.content["details"]["filters"] == "text: •••17"
    assert read in Entry.objects.about((), whom("MT-0017").digests)


@pytest.mark.parametrize(
    "asked",
    [
        ("entry", 10**29),
        ("proof", 10**29),
        ("proof", 2**63),
        ("checkpoint", 10**29),
        ("consistency", 10**29, 10**28),
    ],
)
def test_an_id_that_no_database_can_hold_is_not_found(ask, entries, asked):
    answer = ask(*asked)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_proof_holds_against_the_signed_root(ask, entries):
    sealer.seal_all()
    body = ask("proof", entries[3].pk).json()
    told = CheckpointText.read(Verifier.read(ask("keys").json()[0]["vkey"]).check(body["checkpoint"]["note"]))
    proof = [decoded(one) for one in body["proof"]]
    assert holds_inclusion(decoded(body["leaf_hash"]), body["index"], told.size, proof, told.root)


def test_a_later_checkpoint_goes_on_from_an_earlier_one(ask, entries):
    sealer.seal_all()
    record("trail.viewed", actor=ASHA, details={"filters": "more"})
    sealer.seal_all()
    new, old = Checkpoint.objects.order_by("-size")
    body = ask("consistency", new.size, old.size).json()
    proof = [decoded(one) for one in body["proof"]]
    roots = decoded(body["old"]["root"]), decoded(body["new"]["root"])
    assert holds_consistency(old.size, new.size, *roots, proof)
    assert [one["size"] for one in ask("checkpoints").json()["checkpoints"]] == [new.size, old.size]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "x"}, "limit"),
        ({"outcome": "lost"}, "outcome"),
        ({"before": "-1"}, "before"),
        ({"until": "20261123"}, "until"),
        ({"from": "2026-W48-1"}, "from"),
        ({"nothing": "1"}, "nothing"),
    ],
)
def test_what_makes_no_sense_is_named(ask, query, field):
    answer = ask("entries", **query)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert field in answer.json()["errors"]
    assert answer.json()["reference"].startswith("LC-")


@pytest.mark.parametrize("token", ["", "lc_00000000_x", "nothing", "lc__", "lc_é_é"])
def test_a_wrong_key_opens_nothing_and_leaves_an_entry(ask, token):
    answer = ask("entries", token=token)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"
    assert Entry.objects.get(action="api.refused").outcome == "refused"


def test_wrong_keys_are_slowed_down(ask):
    for _ in range(20):
        ask("entries", token="lc_0_0")
    assert ask("entries", token="lc_0_0").status_code == 429
    assert Entry.objects.filter(action="api.refused").count() == 20


def test_revoked_run_out_or_made_for_nothing(ask, key):
    ApiKey.objects.update(scopes=[])
    assert ask("entries").status_code == 403
    ApiKey.objects.update(scopes=["trail"], expires_at=timezone.now() - timedelta(seconds=1))
    assert ask("entries").status_code == 401
    ApiKey.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert ask("entries").status_code == 200
    revoke_key(actor=ASHA, pk=key[0].pk)
    assert ask("entries").status_code == 401


def test_no_session_opens_the_api(client, auditor):
    client.force_login(auditor)
    assert client.get(reverse("trail_api:entries")).status_code == 401


def test_nothing_is_told_when_it_cannot_be_written_down(ask, entries):
    with unwritable():
        answer = ask("entries")
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert "entries" not in answer.json()


def test_the_secret_is_kept_nowhere(key):
    made, text = key
    secret = text.split("_", 2)[2]
    assert secret not in str(ApiKey.objects.values().get())
    assert secret not in str(list(Entry.objects.values_list("payload", flat=True)))
    assert ApiKey.objects.get().last_used_at is None
    assert made.works


def test_every_call_of_the_api_is_in_the_document(client, key):
    answer = client.get("/api/v1/openapi.json", headers={"authorization": f"Bearer {key[1]}"})
    document = answer.json()
    assert document["openapi"].startswith("3.1")
    names = ("entries", "entry", "proof", "checkpoints", "checkpoint", "consistency", "keys")
    assert len([path for path in document["paths"] if path.startswith("/api/v1/trail/")]) == len(names)
    assert Entry.objects.filter(action="api.document_read", channel="api").count() == 1
    assert client.get("/api/v1/openapi.json").status_code == 401
