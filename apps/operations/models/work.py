"""A piece of long work, the chunks workers claim, and what happened, line by line."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from apps.audit.actor import Actor
from apps.operations.acts.rows import new_reference
from apps.operations.models.files import StoredFile
from apps.operations.work.states import ENDED, WORKING, ChunkState, Phase, State
from apps.staff.models import Store, User

FIRST_NUMBER = 10_000
PREFIX = "OP-"
WORKS_WITH = frozenset({"run_operations", "view_trail"})


class OperationQuerySet(models.QuerySet["Operation"]):
    """Operations as sentences."""

    def visible_to(self, user: User) -> "OperationQuerySet":
        """The person's own and those of the stores where they work with them; all for a role held everywhere."""
        if user.is_everywhere:
            return self
        here = [one for one in user.memberships_now if one.store_id]
        stores = [one.store_id for one in here if WORKS_WITH & one.as_role.permissions]
        return self.filter(Q(requested_by=user) | Q(store__in=stores))

    def working(self) -> "OperationQuerySet":
        """Those whose chunks may be worked on now: nobody wants them to stop."""
        return self.filter(state__in=WORKING, pause_wanted=False, cancel_wanted=False)

    def waiting_for(self, user: User) -> "OperationQuerySet":
        """Those a second person has to decide on, and this person has not asked for."""
        return self.visible_to(user).filter(state=State.WAITING).exclude(requested_by__in=user.hands)


class Operation(models.Model):
    """What somebody asked for, how far it is, and what exactly was approved.

    columns         the header of the file as it stands there
    parameters      of the kind, the same for all rows; nothing personal
    actor           who stands behind it, as `acts.rows.kept` notes it
    totals          of the dry run: {rows, ready, bad, customers, points, most, money, stores, gives: {words: rows},
                    problems: {words: rows}}, amounts as text, most is that of the largest row; counts: by outcome,
                    kept when the rows are deleted
    why             the rules that ask for a second person: [{"rule", "words"}]
    fingerprint     SHA-256 over everything the dry run found ready, see `work.fingerprints`
    approved_…      what workers compare with: they refuse anything else
    take            whether limits and budgets are taken for the whole file, and have to be given back
    stop_after_errors  rows that may fail before it pauses, None for any number; stop_at is where that is now
    problem         why it cannot be read, or what made it pause
    settled_at      when the last row that was not known was settled too
    expires_at      when rows and files are deleted; emptied_at when they were
    """

    reference = models.CharField(max_length=26, default=new_reference, unique=True)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    parameters = models.JSONField(default=dict, blank=True)
    columns = models.JSONField(default=list, blank=True)
    file = models.ForeignKey(
        StoredFile, on_delete=models.SET_NULL, null=True, blank=True, related_name="operations"
    )
    file_sha256 = models.CharField(max_length=64, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requester_name = models.CharField(max_length=120)
    requester_role = models.CharField(max_length=60, blank=True)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    actor = models.JSONField(default=dict)
    correlation = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.READING)
    pause_wanted = models.BooleanField(default=False)
    cancel_wanted = models.BooleanField(default=False)
    stopped_by_name = models.CharField(max_length=120, blank=True)
    stop_after_errors = models.PositiveIntegerField(null=True, blank=True)
    stop_at = models.PositiveIntegerField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    rows = models.PositiveIntegerField(default=0)
    totals = models.JSONField(default=dict, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    why = models.JSONField(default=list, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_name = models.CharField(max_length=120, blank=True)
    approved_at = models.DateTimeField(null=True)
    approved_sha256 = models.CharField(max_length=64, blank=True)
    approved_fingerprint = models.CharField(max_length=64, blank=True)
    decision_words = models.CharField(max_length=300, blank=True)
    taken = models.BooleanField(default=False)
    rerun_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="reruns"
    )
    created_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    emptied_at = models.DateTimeField(null=True)

    objects = OperationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("requested_by")),
                name="operation_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.READY, State.RUNNING, State.PAUSED, State.DONE])
                | ~Q(approved_fingerprint=""),
                name="operation_runs_what_was_bound",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="operation_by_state"),
            models.Index(fields=["kind", "-id"], name="operation_by_kind"),
            models.Index(fields=["requested_by", "-id"], name="operation_by_person"),
            models.Index(fields=["store", "-id"], name="operation_by_store"),
            models.Index(fields=["state"], name="operation_open", condition=~Q(state__in=ENDED)),
            models.Index(fields=["expires_at"], name="operation_expires", condition=Q(emptied_at=None)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people say: ``OP-10001``."""
        return f"{PREFIX}{FIRST_NUMBER + self.pk}"

    @property
    def behind(self) -> Actor:
        """Who stands behind it: every act of its rows is theirs, over the channel *operation*."""
        return Actor(**{**self.actor, "channel": "operation"})

    @property
    def is_over(self) -> bool:
        """Whether it can move no more."""
        return self.state in ENDED

    @property
    def is_stopping(self) -> bool:
        """Somebody wants it to stop, and rows in flight are being finished."""
        return (self.pause_wanted or self.cancel_wanted) and self.state in WORKING

    @property
    def needs_second_person(self) -> bool:
        """Some rule asks for one."""
        return bool(self.why)

    def parameter(self, name: str) -> Any:
        """One parameter, None when it was not given."""
        return self.parameters.get(name)


def pk_of(number: str) -> int | None:
    """The row a number means, None when it is none: ``op-10001`` and ``10001`` are the same."""
    digits = number.strip().upper().removeprefix(PREFIX)
    plain = digits.isascii() and digits.isdecimal() and len(digits) < 15
    return int(digits) - FIRST_NUMBER if plain and int(digits) > FIRST_NUMBER else None


class Chunk(models.Model):
    """Some neighbouring rows of an operation in one phase: what one worker claims at a time.

    owner        token of the claim; whoever holds another one may not write any more
    held_by      machine and process that claimed it: where that process is seen to be gone nobody waits
    lease_until  renewed with every row; a claim whose lease has run out belongs to nobody
    tries        claims since a row was last finished: more than a few, and it is parked
    sent_at      when a message was last sent for it;  due_at  not to be worked on before
    fingerprint  of its rows as the dry run left them, see `work.fingerprints`
    """

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    phase = models.CharField(max_length=6, choices=Phase.choices)
    first_row = models.PositiveIntegerField()
    last_row = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=ChunkState.choices, default=ChunkState.WAITING)
    owner = models.CharField(max_length=26, blank=True)
    held_by = models.CharField(max_length=140, blank=True)
    lease_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(default=timezone.now)
    error = models.CharField(max_length=200, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["operation", "phase", "number"], name="chunk_once"),
            models.CheckConstraint(
                condition=Q(state=ChunkState.CLAIMED, lease_until__isnull=False) & ~Q(owner="")
                | ~Q(state=ChunkState.CLAIMED) & Q(owner="", lease_until=None),
                name="chunk_claimed_with_lease",
            ),
        ]
        indexes = [
            models.Index(
                fields=["operation", "number"], name="chunk_open", condition=~Q(state=ChunkState.DONE)
            ),
        ]


class Line(models.Model):
    """One line of what happened to an operation, for whoever watches it. Nothing personal."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="lines")
    at = models.DateTimeField(default=timezone.now)
    words = models.CharField(max_length=300)

    class Meta:
        indexes = [models.Index(fields=["operation", "-id"], name="line_newest")]
