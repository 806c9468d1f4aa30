"""Steering long work over the API: start, pause, resume, cancel, and asking for a second person.

Saying yes to a whole file stays with people, who look at it: see docs/decisions/0023.
"""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.operations.api.views import STEERED, Steering
from apps.operations.models import Operation
from apps.operations.work import services
from apps.operations.work.states import State

BEGUN = (State.RUNNING, State.PAUSED, State.DONE)


class Running(Steering):
    """Starting it."""

    reached = BEGUN

    def serve(self, operation: Operation, _words: str) -> Operation:
        """Calls the service."""
        return services.run(actor=self.actor, user=self.user, operation=operation)

    @extend_schema(operation_id="operation_run", **STEERED)
    def post(self, _request: Request, pk: int) -> Response:
        """Start the rows: one that was approved, or is within the requester's own authority."""
        return self.steer(pk)


class Pausing(Steering):
    """Pausing it."""

    def serve(self, operation: Operation, _words: str) -> Operation:
        """Calls the service."""
        return services.pause(actor=self.actor, user=self.user, operation=operation)

    def is_reached(self, operation: Operation) -> bool:
        """Paused, or about to be."""
        return operation.state == State.PAUSED or operation.pause_wanted

    @extend_schema(operation_id="operation_pause", **STEERED)
    def post(self, _request: Request, pk: int) -> Response:
        """Pause between two rows."""
        return self.steer(pk)


class Resuming(Steering):
    """Going on."""

    reached = (State.RUNNING, State.DONE)

    def serve(self, operation: Operation, _words: str) -> Operation:
        """Calls the service."""
        return services.resume(actor=self.actor, user=self.user, operation=operation)

    @extend_schema(operation_id="operation_resume", **STEERED)
    def post(self, _request: Request, pk: int) -> Response:
        """Go on where it stopped."""
        return self.steer(pk)


class Cancelling(Steering):
    """Ending it."""

    def serve(self, operation: Operation, words: str) -> Operation:
        """Calls the service."""
        return services.cancel(actor=self.actor, user=self.user, operation=operation, reason=words)

    def is_reached(self, operation: Operation) -> bool:
        """Cancelled, or about to be."""
        return operation.state == State.CANCELLED or operation.cancel_wanted

    @extend_schema(operation_id="operation_cancel", **STEERED)
    def post(self, _request: Request, pk: int) -> Response:
        """End it for good; rows not begun are skipped."""
        return self.steer(pk)


class Asking(Steering):
    """A second person."""

    reached = (State.WAITING, State.READY, *BEGUN)

    def serve(self, operation: Operation, words: str) -> Operation:
        """Calls the service."""
        return services.request_approval(actor=self.actor, user=self.user, operation=operation, reason=words)

    @extend_schema(operation_id="operation_ask", **STEERED)
    def post(self, _request: Request, pk: int) -> Response:
        """Ask a person of the store to approve the file; they do so on its page."""
        return self.steer(pk)
