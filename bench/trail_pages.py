"""Pages of a trail with a million entries beside the list of Django's admin, which counts and uses OFFSET.

python -m bench.trail_pages [--rows 1000000] [--sqlite] [--postgres postgres://…]

Both ask the same table for the same fifty rows, in turns; the admin's is its own ChangeList as registered by default,
without a template. A page deep in the trail is reached by its cursor. Filling is
most of the time: minutes on PostgreSQL, longer with --sqlite.
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bench.trail_house import Goal, answers, arguments, in_process, report, trail

PAGE = 50
DEEP = 10_000
MILLION, TEN_MILLION = 1_000_000, 10_000_000
Job = Callable[[], Any]


def main() -> int:
    """Fill, measure, print; 1 when a goal is missed."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--rows", type=int, default=MILLION)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--made", type=int, default=50_000, help="valid entries; the database repeats them")
    parser.add_argument("--sqlite", action="store_true", help="SQLite instead of PostgreSQL")
    parser.add_argument("--no-search", action="store_true", help="without words: fills in half the time")
    chosen = parser.parse_args()
    if not chosen.sqlite and not answers(chosen.postgres):
        print("No PostgreSQL answers: on SQLite.")
        chosen.sqlite = True
    with trail("" if chosen.sqlite else chosen.postgres) as name:
        began = time.perf_counter()
        in_process(filled, chosen.rows, chosen.made, not chosen.no_search)
        print(f"{name}: {chosen.rows:,} entries in {time.perf_counter() - began:.0f} s", flush=True)
        times, found = in_process(measured, chosen.rounds, not chosen.no_search)
    return report(goals(name, chosen.rows, times, found))


def filled(rows: int, made: int, words: bool) -> None:
    """In its own process: what it needed of memory is gone afterwards."""
    from bench.trail_fill import fill

    fill(rows, words=words, made=made)


def measured(rounds: int, words: bool) -> tuple[dict[str, list[float]], dict[str, int]]:
    """Milliseconds of every job in every round, and how many rows each search found."""
    jobs = {**lists(), **(searches() if words else {})}
    found = {name: len(job()) for name, job in jobs.items()}
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _round in range(rounds):
        for name, job in jobs.items():
            begun = time.perf_counter()
            job()
            times[name].append((time.perf_counter() - begun) * 1000)
    return times, found


def lists() -> dict[str, Job]:
    """Each list both ways: as the trail reads it, and as the admin would."""
    from django.utils import timezone

    from apps.audit.filters import Filters
    from apps.audit.models import Entry

    newest = Entry.objects.order_by("-id").first()
    last = newest.pk if newest else 0
    deep = max(PAGE, last - DEEP * PAGE)
    month = timezone.now() - timedelta(days=30)
    jobs: dict[str, Job] = {}

    def both(name: str, filters: Filters, **columns: Any) -> None:
        jobs[f"{name}"] = lambda: Entry.objects.filter_by(filters).page(size=PAGE).entries
        jobs[f"{name}, deep"] = lambda: Entry.objects.filter_by(filters).page(before=deep, size=PAGE).entries
        jobs[f"{name}, admin"] = admin(**columns)

    both("acts, calls folded", Filters())
    both("every entry", Filters(calls=True))
    jobs["every entry, deep, admin"] = admin((last - deep) // PAGE + 1)
    both("one person", Filters(actors=(250,)), actor_id=250)
    both("one store", Filters(stores=(frozenset({"040"}), frozenset())), store_code="040")
    both(
        "one act",
        Filters(actions=(frozenset({"customer.revealed"}), frozenset())),
        action="customer.revealed",
    )
    both("what was refused", Filters(outcome="refused"), outcome="refused")
    both("30 days", Filters(start=month, calls=True), at__gte=month)
    customer = Entry.objects.filter(customer__gt="").order_by("-id").values_list("customer", flat=True)[0]
    both("one customer", Filters(customers=(customer,)), customer=customer)
    return jobs


def admin(page: int = 1, **columns: Any) -> Job:
    """The rows of a page of the admin's list: it counts what the filter leaves, then everything, then reads."""
    from django.contrib.admin import AdminSite, ModelAdmin
    from django.test import RequestFactory

    from apps.audit.models import Entry

    class Listed(ModelAdmin):  # type: ignore[type-arg]
        list_per_page = PAGE
        actions = None
        ordering = ("-id",)

        def has_change_permission(self, request: Any, obj: Any = None) -> bool:
            return False

        def has_view_permission(self, request: Any, obj: Any = None) -> bool:
            return True

    listing = Listed(Entry, AdminSite())
    request = RequestFactory().get("/", {"p": str(page), **{name: str(one) for name, one in columns.items()}})
    return lambda: list(listing.get_changelist_instance(request).result_list)


def searches() -> dict[str, Job]:
    """Words as they stand in few entries, in many, and nowhere."""
    from apps.audit.filters import Filters
    from apps.audit.models import Entry
    from bench.trail_fill import RARE

    wanted = {"few entries say": RARE, "many entries say": "INSTORE", "no entry says": "INV-NOWHERE"}
    return {
        f"what {name}": lambda text=text: Entry.objects.filter_by(Filters(text=text)).page(size=PAGE).entries
        for name, text in wanted.items()
    }


def goals(name: str, rows: int, times: dict[str, list[float]], found: dict[str, int]) -> list[Goal]:
    """The list as it opens, and every entry deep in it, have goals; the rest is told."""
    limit = 200 if rows >= TEN_MILLION else 30 if rows >= MILLION else None
    made = []
    for job, taken in times.items():
        made.append(Goal(f"{name}: {job} ({found[job]} rows)", statistics.median(taken), unit="ms"))
        made.append(Goal(f"{name}: {job}, best round", min(taken), unit="ms"))
        if beside := times.get(f"{job}, admin"):
            ratio = between(beside, taken)
            # What waits for a processor is added to both alike: the best rounds tell what each costs by itself.
            made.append(Goal(f"{name}: {job}, admin / trail, best rounds", min(beside) / min(taken)))
            first = job in ("every entry", "acts, calls folded")
            made.append(Goal(f"{name}: {job}, admin / trail", ratio, limit if first else None))
    for job in ("every entry", "acts, calls folded"):
        deep = between(times[f"{job}, deep"], times[job])
        made.append(Goal(f"{name}: {job}, page {DEEP:,} / page 1", deep, 1.2, most=True))
    return made


def between(over: list[float], under: list[float]) -> float:
    """The median ratio within the rounds."""
    return statistics.median(one / other for one, other in zip(over, under, strict=True))


if __name__ == "__main__":
    sys.exit(main())
