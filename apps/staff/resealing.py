"""After the secret key was exchanged: everything that is kept sealed is sealed under the new one."""

from collections.abc import Callable

from django.urls import get_resolver
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.errors import TraceUnavailable, Unavailable
from apps.core.resealing import Column, look

# The trail never changes, and the guard lets nothing sealed into it: large tables that need not be read.
HOLD_NONE = ("audit.Entry", "audit.EntryIdentifier", "audit.EntryText", "audit.Leaf", "audit.Node")


class _Traced:
    """Makes the writes. The trail says that they begin before the first is made, and how many there were after all:
    also of those before somebody stopped it."""

    def __init__(self, actor: Actor) -> None:
        self.actor, self.begun, self.count = actor, False, 0

    def __call__(self, write: Callable[[], int]) -> None:
        """Raises: TraceUnavailable before anything is written"""
        if not self.begun:
            record("staff.resealing", actor=self.actor)
            self.begun = True
        self.count += write()

    def tell(self, found: list[Column] | None) -> None:
        """Raises: Unavailable where the trail stays at what it said in the beginning"""
        if not self.begun:
            return
        told = {"stopped": True} if found is None else {"unknown": sum(one.unknown for one in found)}
        try:
            record("staff.resealed", actor=self.actor, details={"count": self.count, **told})
        except TraceUnavailable as error:
            words = _(
                "%(count)s values are sealed anew; the audit trail says that it began, and not how many."
            )
            raise Unavailable(
                words % {"count": self.count},
                next_step=_("Run it again once the trail can be written: what is left is sealed then."),
            ) from error


def reseal(*, actor: Actor, write: bool = True) -> list[Column]:
    """What was found in each column that holds something sealed; with `write` what lay under older keys was resealed.

    Twice does no harm.

    Raises: TraceUnavailable, and nothing was written; Unavailable, and something was
    """
    # Each room names its purposes where it is imported.
    _patterns = get_resolver().url_patterns
    if not write:
        return look(but=HOLD_NONE)
    traced, found = _Traced(actor), None
    try:
        found = look(write=traced, but=HOLD_NONE)
    finally:
        traced.tell(found)
    return found
