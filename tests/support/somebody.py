"""One customer with acts in every room, written straight into the tables, and a search through the whole database."""

import gc
import json
import re
import uuid
from datetime import timedelta
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from apps.audit import person_keys
from apps.audit.actor import Actor
from apps.audit.identifiers import digests_of, search_digests
from apps.audit.models import EntryIdentifier, PersonKey, SavedView
from apps.audit.services import record
from apps.core.sealing import Sealer

CUSTOMER = 4417
NAME = "Kavya Iyer"
MOBILE = "915550004417"
EMAIL = "kavya.iyer@example.com"
CARD = "7055000000004417"
FRIEND = "915550009999"
OTHER = 5200
SECRETS = (NAME, "5550004417", EMAIL, CARD)
SEALED = re.compile(rb"gAAAA[\w=-]{40,}")


class Somebody:
    """The customer and who dealt with them."""

    def __init__(self, user, store):
        self.user, self.store = user, store
        self.actor = Actor(
            user_id=user.pk, name=user.name, role="Agent", store_id=store.pk, store_code=store.code
        )

    def live(self):
        """Something in every table that knows customers, all of it over."""
        self.in_the_trail()
        self.in_customers()
        self.in_goodwill()
        self.in_points()
        self.in_referrals()
        self.in_operations()
        return self

    def in_the_trail(self):
        before = {"identifiers": [("mobile", MOBILE), ("email", EMAIL)]}
        record("customer.looked_up", actor=self.actor, **before)
        record("customer.viewed", actor=self.actor, customer=CUSTOMER, **before)
        record(
            "customer.revealed",
            actor=self.actor,
            customer=CUSTOMER,
            subject="Card",
            reason="Asked which.",
            identifiers=[("card", CARD)],
        )
        token = ".".join(one.hex() for one in search_digests(EMAIL))
        SavedView.objects.create(owner=self.user, name="Her", query=f"customer=k••••~{token}&store=012")

    def in_customers(self):
        from apps.customers import models
        from apps.customers.sealing import seal

        now, later = timezone.now(), timezone.now() + timedelta(minutes=20)
        whose = {"user": self.user, "customer_id": CUSTOMER}
        models.RecentCustomer.objects.create(
            **whose, name_sealed=seal(NAME), handle_sealed=seal(f"mobile={MOBILE}"), found_by="•••• 4417"
        )
        values = [{"q": MOBILE}, 200, "", {"rows": [{"customer_id": CUSTOMER, "name": NAME}]}]
        models.KeptLookup.objects.create(digest="a" * 64, sealed=seal(json.dumps(values)), expires_at=later)
        models.KeptLookup.objects.create(
            digest="b" * 64, sealed=seal(json.dumps([{"q": FRIEND}, 200, "", {}])), expires_at=later
        )
        models.CallerVerification.objects.create(**whose, level="number_matched", expires_at=later)
        models.ProtectedCustomer.objects.create(
            customer_id=CUSTOMER,
            kind="vip",
            reason=f"{NAME} is a friend of the house",
            marked_by=self.user,
            marked_by_name="Imran Qureshi",
        )
        models.OpenedForReason.objects.create(**whose, session="5f1e", expires_at=later)
        models.NoteAct.objects.create(
            **whose,
            token=uuid.uuid4(),
            user_name=self.user.name,
            text_sealed=seal(f"{NAME} called about a parcel"),
            text_hash="c" * 64,
            state="not_done",
            settled_at=now,
        )

    def in_goodwill(self):
        from apps.goodwill import models

        reason = models.Reason.objects.create(code="late", title="Late delivery")
        request = models.GoodwillRequest(
            customer_id=CUSTOMER,
            tag="T1",
            kind="points",
            amount=Decimal(500),
            reason=reason,
            reason_words=f"for {NAME}",
            comment=f"call {EMAIL}",
            bill="B-77",
            store=self.store,
            requester=self.user,
            requester_name=self.user.name,
            requester_role="agent",
            state="done",
            customer_mask="•••• 4417",
            contact_digests=[one.hex() for one in digests_of([("mobile", MOBILE)])],
        )
        request.customer_name = NAME
        from apps.goodwill.sealing import seal

        request.handle_sealed = seal(f"mobile={MOBILE}")
        request.save()
        decision = models.Decision.objects.create(
            request=request,
            verdict="approve",
            by=self.user,
            by_words=self.user.name,
            reason=f"{NAME} waited",
        )
        models.OutsideAct.objects.create(
            request=request,
            decision=decision,
            kind="add",
            customer_id=CUSTOMER,
            state="done",
            message=f"{NAME} is in no programme",
            settled_at=timezone.now(),
        )
        # Made elsewhere, for a mobile nobody looked up yet.
        models.GoodwillRequest.objects.create(
            origin="elsewhere", kind="points", state="done", handle_sealed=seal(f"mobile={MOBILE}")
        )
        self.goodwill = request

    def in_points(self):
        from apps.points import models
        from apps.points.sealing import seal

        who = {"user": self.user, "user_name": self.user.name, "store": self.store, "customer_id": CUSTOMER}
        whose = {
            "customer_name_sealed": seal(NAME),
            "customer_mask": "•••• 4417",
            "handle_sealed": seal(f"mobile={MOBILE}"),
        }
        models.CodeSending.objects.create(**who, points=Decimal(100), outcome="sent", sent_to=["•••••• 4417"])
        models.CodeSending.objects.create(
            **who, points=Decimal(100), outcome="refused", message=f"No message reaches {EMAIL}"
        )
        self.redemption = models.Redemption.objects.create(
            **who,
            **whose,
            points=Decimal(100),
            state="done",
            settled_at=timezone.now(),
            bill="B-78",
            notes=f"told {NAME}",
        )
        reversal = models.Reversal.objects.create(
            **who,
            **whose,
            identifier_sealed=seal(f"email={EMAIL}"),
            redemption_id="R1",
            redemption_points=Decimal(100),
            points=Decimal(40),
            given=Decimal(40),
            reason=f"{NAME} sent it back",
            decision_reason=f"{NAME} is right",
            state="done",
        )
        models.ReversalAct.objects.create(
            reversal=reversal,
            store=self.store,
            redemption_id="R1",
            points=Decimal(40),
            customer_id=CUSTOMER,
            state="done",
            message=f"{NAME} has it back",
            settled_at=timezone.now(),
        )

    def in_referrals(self):
        from apps.referrals import models
        from apps.referrals.contacts import digest_of
        from apps.referrals.sealing import seal

        who = {"user": self.user, "user_name": self.user.name, "store": self.store}
        mine = models.Invitation.objects.create(
            **who,
            customer_id=CUSTOMER,
            customer_name_sealed=seal(NAME),
            customer_mask="•••• 4417",
            handle_sealed=seal(f"mobile={MOBILE}"),
            asked=1,
            invited=1,
            state="done",
            settled_at=timezone.now(),
        )
        theirs = models.Invitation.objects.create(
            **who, customer_id=OTHER, asked=1, invited=1, state="done", settled_at=timezone.now()
        )
        for invitation, value, name in ((mine, FRIEND, "Ravi Rao"), (theirs, MOBILE, NAME)):
            models.Invitee.objects.create(
                invitation=invitation,
                position=0,
                customer_id=invitation.customer_id,
                name_sealed=seal(name),
                kind="mobile",
                value_sealed=seal(value),
                mask="•••• 4417",
                digest=digest_of("mobile", value),
                state="invited",
            )
            models.Sighting.objects.create(
                customer_id=invitation.customer_id,
                digest=digest_of("mobile", value),
                kind="mobile",
                mask="•••• 4417",
                invited_at=timezone.now(),
            )
            record(
                "referrals.invitation.begun",
                actor=self.actor,
                customer=invitation.customer_id,
                subject=invitation.number,
                digests=[bytes.fromhex(digest_of("mobile", value))],
                details={"people": "1 person"},
            )
        about = f"shared:{digest_of('mobile', MOBILE)}"
        models.Signal.objects.create(
            kind="shared_identifier",
            about=about,
            key=f"{about}/1",
            size=2,
            evidence={
                "customers": [CUSTOMER, OTHER],
                "rows": [{"mask": "•••• 4417", "customer_id": OTHER, "at": "", "till": ""}],
            },
            begins_at=timezone.now(),
            ends_at=timezone.now(),
            looked_at=timezone.now(),
            note=f"{NAME} lives with them",
        )

    def in_operations(self):
        from apps.operations.models import Item, Operation, StoredFile
        from apps.operations.models.items import seal_input, seal_output

        file = StoredFile.objects.create(name="rows.csv", size=40, sha256="d" * 64)
        file.add_part(0, f"mobile,points\n{MOBILE},500\n{FRIEND},20\n".encode())
        operation = Operation.objects.create(
            kind="bulk_goodwill",
            title="Goodwill",
            columns=["mobile", "points"],
            file=file,
            requested_by=self.user,
            requester_name=self.user.name,
            store=self.store,
            state="done",
            approved_fingerprint="e" * 64,
            parameters={"filter": "", "digests": [search_digests(CARD)[0].hex()]},
        )
        rows = ((CUSTOMER, MOBILE), (None, EMAIL), (OTHER, MOBILE), (5300, FRIEND))
        for number, (customer, cell) in enumerate(rows, 1):
            Item.objects.create(
                operation=operation,
                row=number,
                token=uuid.uuid4(),
                customer_id=customer,
                input_sealed=seal_input([cell, "500"], {"mobile": cell}),
                output_sealed=seal_output({"name": NAME if cell != FRIEND else "Ravi Rao"}),
                mask="•••• 4417",
                points=Decimal(500),
                state="done",
            )
        self.operation = operation


def places_of(secrets=SECRETS, kinds=(("mobile", MOBILE), ("email", EMAIL), ("card", CARD))):
    """(table, column, how) of every cell of the database in which one of these can be read, or found by its hash."""
    digests = {*digests_of(kinds), *(one for _kind, value in kinds for one in search_digests(value))}
    needles = [(one.encode(), "in clear") for one in secrets]
    needles += [(one, "as a hash") for one in digests]
    needles += [(one.hex().encode(), "as a hash in hex") for one in digests]
    sealers = [one for one in gc.get_objects() if type(one) is Sealer]
    found = set()
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [one[0] for one in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    data = _bytes(value)
                    texts = [(data, ""), *((one, "sealed") for one in _opened(data, sealers))]
                    found |= {
                        (table, name, how + (f", {sealed}" if sealed else ""))
                        for text, sealed in texts
                        for needle, how in needles
                        if needle in text
                    }
    return found | _by_keys(needles)


def _bytes(value):
    if isinstance(value, memoryview | bytes | bytearray):
        return bytes(value)
    return json.dumps(value, ensure_ascii=False, default=str).encode() if value is not None else b""


def _opened(data, sealers):
    for sealed in SEALED.findall(data):
        for sealer in sealers:
            if opened := sealer.unseal_bytes(sealed):
                yield opened


def _by_keys(needles):
    """Values beside entries that a key still opens."""
    keys = person_keys.stored_keys(PersonKey.objects.values_list("holder", flat=True))
    found = set()
    for row in EntryIdentifier.objects.exclude(value=b""):
        key = keys.get(row.holder)
        text = person_keys.unseal(key, row.holder, bytes(row.value)).encode() if key else b""
        if any(needle in text for needle, _how in needles):
            found.add(("audit_entryidentifier", "value", "under a key"))
    return found
