"""Long work in few words: kinds whose rows do what they say, uploads, and workers that look once."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from apps.audit.actor import Actor
from apps.capillary.errors import CircuitOpen, OutcomeUnknown, Rejected
from apps.core.errors import Refused
from apps.operations.models import Chunk, Item, Operation
from apps.operations.work import claims, kinds, looking, services
from apps.operations.work.files import keep
from apps.operations.work.kinds import Checked, Column, Kind, Outcome, Problem, Row

COLUMNS = (
    Column("customer", "Customer id", required=True, aliases=("id",)),
    Column("points", "Points"),
    Column("what", "What happens"),
)


@dataclass
class Desk:
    """The outside of these kinds: what was asked of it, row by row, and what it will say.

    asked     (row, token) of every run;  acts  token → row: a repeat is the same act
    taken     what the approval took and rows gave back
    """

    asked: list = field(default_factory=list)
    acts: dict = field(default_factory=dict)
    taken: Decimal = Decimal(0)
    why: list = field(default_factory=list)
    held: str = ""
    gives: str = ""
    known: dict = field(default_factory=dict)
    before: object = None

    def read_row(self, cells):
        problems = []
        if not cells["customer"].isdecimal():
            problems.append(Problem("customer", "This is no customer id."))
        return Row(cells, tuple(problems), meaning=(cells["customer"], cells.get("points", "")))

    def check(self, _actor, _operation, rows):
        return [
            Checked(problems=(Problem("customer", "No such customer.", "8016"),))
            if row.values["customer"] == "404"
            else Checked(
                customer_id=int(row.values["customer"]),
                mask="•• 12",
                points=Decimal(row.values.get("points") or 0),
                gives=self.gives,
                store_code="012",
            )
            for row in rows
        ]

    def run(self, _actor, item):
        if self.before:
            self.before(item)
        self.asked.append((item.row, item.token))
        match item.values.get("what"):
            case "refused":
                raise Rejected("Capillary said no.", code="809")
            case "circuit":
                raise CircuitOpen("Capillary is ill.")
            case "silence":
                raise OutcomeUnknown("No answer came.")
            case "crash":
                raise RuntimeError("a mistake of ours")
            case "slow":
                raise SoftTimeLimitExceeded
        self.acts[item.token] = item.row
        return Outcome("done", act_reference=f"ACT{item.row}", output={"made": item.row})

    def follow(self, item):
        return self.known.get(item.row)

    def authority(self, _user, _store, _totals):
        return self.why

    def take(self, operation):
        if Decimal(operation.totals["points"]) > 10_000:
            raise Refused("The budget of the store does not suffice.")
        self.taken += Decimal(operation.totals["points"])

    def give_back(self, _operation, item):
        self.taken -= item.points

    def kind(self, **more):
        return Kind(
            "test_rows",
            "Rows of a test",
            "staff.run_operations",
            **{
                "run": self.run,
                "columns": COLUMNS,
                "read_row": self.read_row,
                "check": self.check,
                "authority": self.authority,
                "take": self.take,
                "give_back": self.give_back,
                "follow": self.follow,
                "held": lambda _operation: self.held,
                **more,
            },
        )


def actor_for(user, store, role="Store manager"):
    """A person as the trail sees them."""
    return Actor(user_id=user.pk, name=user.name, role=role, store_id=store.pk, store_code=store.code)


class Office:
    """A requester, a second person, and workers that are called by hand."""

    def __init__(self, store, user, desk):
        self.store, self.user, self.desk = store, user, desk
        self.actor = actor_for(user, store)

    def upload(self, *rows, header="Customer id,Points,What happens", **more):
        """Rows such as "101,500,": an operation whose reading waits for a worker."""
        text = "\n".join([header, *rows]) + "\n"
        file = keep([text.encode()], name="rows.csv")
        return services.start_upload(actor=self.actor, user=self.user, kind="test_rows", file=file, **more)

    def checked(self, *rows, **more):
        """Read and through its dry run."""
        operation = self.upload(*rows, **more)
        self.work()
        return self.now(operation)

    def running(self, *rows, **more):
        """Started, with nothing done yet."""
        return self.run(self.checked(*rows, **more))

    def run(self, operation):
        return services.run(actor=self.actor, user=self.user, operation=operation)

    def work(self, most=50):
        """What workers do until nothing is to be done now."""
        for _turn in range(most):
            due = Chunk.objects.filter(
                state="waiting", due_at__lte=timezone.now(), operation__in=Operation.objects.working()
            )
            chunk = due.order_by("operation", "pk").first()
            if chunk is None or not looking.look(chunk.pk):
                return

    def soon(self, **span):
        """As if so much time had passed for whatever waits."""
        passed = timedelta(**span)
        for chunk in Chunk.objects.all():
            chunk.due_at -= passed
            chunk.lease_until = chunk.lease_until and chunk.lease_until - passed
            chunk.sent_at = chunk.sent_at and chunk.sent_at - passed
            chunk.save()
        for item in Item.objects.exclude(look_at=None):
            Item.objects.filter(pk=item.pk).update(look_at=item.look_at - passed)

    @staticmethod
    def now(operation):
        return Operation.objects.get(pk=operation.pk)

    @staticmethod
    def states(operation):
        """Row → state."""
        return dict(Item.objects.filter(operation=operation).order_by("row").values_list("row", "state"))


@contextmanager
def registered(kind):
    """A kind for one test only."""
    before = dict(kinds._kinds)
    kinds._kinds[kind.code] = kind
    try:
        yield kind
    finally:
        kinds._kinds.clear()
        kinds._kinds.update(before)


def claimed(operation):
    """The claim of somebody who will never come back to it."""
    chunk = operation.chunks.filter(state="waiting").order_by("pk").first()
    return claims.claim(chunk.pk)


__all__ = ["COLUMNS", "Desk", "Office", "actor_for", "claimed", "registered"]
