"""Taking from limits and budgets: counted and taken under one lock, given back when it came to nothing."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils import timezone

from apps.goodwill.models import CountingLock, GoodwillRequest, Taking
from apps.staff.models import Store, User

Account = Taking.Account


def lock_counting(*, kind: str, user: User | None, store: Store | None) -> None:
    """Hold the person's and the store's counts of this kind until the transaction ends.

    Always in the same order, so that two people never wait for each other. On SQLite the transaction itself
    is the lock: it begins as a writer.
    """
    names = [f"user:{user.pk}:{kind}"] if user else []
    names += [f"store:{store.pk}:{kind}"] if store else []
    for name in sorted(names):
        CountingLock.objects.get_or_create(name=name)
        CountingLock.objects.select_for_update().get(name=name)


def take(
    request: GoodwillRequest,
    amount: Decimal,
    *,
    account: str,
    user: User | None = None,
    store: Store | None = None,
) -> Taking:
    """Take a part; the counts must be locked. A part taken earlier for the same, by the same, is replaced."""
    release(request, [account], of=user)
    return Taking.objects.create(
        request=request, account=account, user=user, store=store, kind=request.kind, amount=amount
    )


def release(
    request: GoodwillRequest, accounts: Iterable[str] = tuple(Account), *, of: User | None = None
) -> int:
    """Give back what the request holds of these accounts, of everybody or one person; how many parts."""
    held = Taking.objects.filter(request=request, account__in=list(accounts), released_at=None)
    if of is not None:
        held = held.filter(user=of)
    return held.update(released_at=timezone.now())
