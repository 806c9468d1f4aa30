"""Fill the database batch by batch; memory stays flat whatever the size."""

import random
from collections.abc import Callable, Iterator
from datetime import date

from django.core.management import call_command
from django.db import connection

from apps.sandbox.seeding.batch import Batch
from apps.sandbox.seeding.characters import CHARACTERS
from apps.sandbox.seeding.clock import Clock
from apps.sandbox.seeding.contact import add_coupons, add_notes
from apps.sandbox.seeding.crowd import FIRST_ID, chance_of, crowd_member
from apps.sandbox.seeding.goodwill import Goodwill
from apps.sandbox.seeding.history import History
from apps.sandbox.seeding.ledger import LedgerBuilder
from apps.sandbox.seeding.people import add_person
from apps.sandbox.seeding.referrals import add_codes, add_friends, add_referrals
from apps.sandbox.seeding.sketch import Sketch

_BATCH = 500
_FIRST_NUMBER = 100
MOST = 1_000_000
# Raised whenever the invented data gain something: a database of an older look-alike is then filled anew.
_COMPLETE = 2030


def seed(customers: int, today: date, told: Callable[[int], None] = lambda done: None) -> int:
    """Write the characters and then as many others as are missing to the number; returns how many."""
    # What an interrupted run left behind is of no use: its numbers would be given out twice.
    call_command("flush", interactive=False, verbosity=0)
    batch, clock, done = Batch(), Clock(today), 0
    for sketch, chance in _sketches(customers):
        _add(batch, sketch, clock, chance)
        done += 1
        if done % _BATCH == 0:
            batch.write()
            told(done)
    batch.write()
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA user_version = {_COMPLETE}")
    return done


def has_data() -> bool:
    """Whether a run has come to its end in this database; the mark lives in SQLite's own header."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA user_version")
        return bool(cursor.fetchone()[0] == _COMPLETE)


def _sketches(customers: int) -> Iterator[tuple[Sketch, random.Random]]:
    for index, character in enumerate(CHARACTERS):
        yield character.sketch, chance_of(index)
    for n in range(_FIRST_NUMBER, _FIRST_NUMBER + max(customers - len(CHARACTERS), 0)):
        yield crowd_member(n), chance_of(-n)


def _add(batch: Batch, sketch: Sketch, clock: Clock, chance: random.Random) -> None:
    customer = add_person(batch, sketch, clock, chance)
    history, ledgers = History(batch, customer, sketch, clock, chance), list[LedgerBuilder]()
    for index, programme_id in enumerate(sketch.programmes):
        bills = sketch.bills if index == 0 else sketch.bills // 3
        ledgers.append(history.add(programme_id, bills))
    goodwill = Goodwill(batch, customer, sketch, ledgers[0] if ledgers else None)
    goodwill.add_recent(sketch.goodwill, clock, chance)
    goodwill.add_asked(sketch.asked, clock)
    add_coupons(batch, customer, sketch, clock, chance)
    add_notes(batch, customer, sketch, clock, chance)
    add_referrals(batch, customer, sketch, clock, chance, _joined(sketch))
    add_codes(batch, customer, sketch)
    add_friends(batch, customer, sketch, clock)


def _joined(sketch: Sketch) -> list[int]:
    """Who came through this customer: somebody written earlier, so that the reference holds."""
    earlier = sketch.id - 2
    if sketch.id == CHARACTERS[0].sketch.id:
        return []
    return [earlier] if sketch.id % 3 == 0 and earlier >= FIRST_ID + _FIRST_NUMBER else []
