"""Long work of the rooms in few words: a file goes up, workers look until there is nothing to do."""

from django.utils import timezone

from apps.audit.actor import Actor
from apps.operations.models import Chunk, Item, Operation
from apps.operations.work import following, looking, services
from apps.operations.work.files import keep


class Clerk:
    """Somebody in a store who uploads, and workers that are called by hand."""

    def __init__(self, user, store, role="Store manager"):
        self.user = user
        self.actor = Actor(
            user_id=user.pk, name=user.name, role=role, store_id=store.pk, store_code=store.code
        )

    def checked(self, kind, header, *rows, **more):
        """Uploaded, read and through its dry run. Rows are lists of cells, or lines."""
        lines = [row if isinstance(row, str) else ",".join(map(str, row)) for row in rows]
        file = keep(["\n".join([header, *lines]).encode()], name="rows.csv")
        operation = services.start_upload(actor=self.actor, user=self.user, kind=kind, file=file, **more)
        self.work()
        operation.refresh_from_db()
        return operation

    def planned(self, kind, **parameters):
        """Work without a file, through its dry run."""
        operation = services.start(actor=self.actor, user=self.user, kind=kind, parameters=parameters)
        self.work()
        operation.refresh_from_db()
        return operation

    def run(self, operation):
        """Started and worked on to its end; the rows in order."""
        services.run(actor=self.actor, user=self.user, operation=operation)
        return self.work(operation)

    def approve(self, operation):
        """As the second person."""
        return services.approve(
            actor=self.actor,
            user=self.user,
            operation=operation,
            sha256=operation.file_sha256,
            fingerprint=operation.fingerprint,
        )

    def work(self, operation=None):
        for _turn in range(40):
            due = Chunk.objects.filter(
                state="waiting", due_at__lte=timezone.now(), operation__in=Operation.objects.working()
            )
            chunk = due.order_by("operation", "pk").first()
            if chunk is None or not looking.look(chunk.pk):
                break
        return self.rows(operation) if operation else None

    def follow(self, operation):
        """What is not known is looked at now."""
        Item.objects.exclude(look_at=None).update(look_at=timezone.now())
        following.follow()
        return self.rows(operation)

    @staticmethod
    def rows(operation):
        return list(Item.objects.filter(operation=operation).order_by("row").select_related("operation"))


def problems(row):
    """[(column, words)] of a row."""
    return [(one["column"], one["words"]) for one in row.problems]
