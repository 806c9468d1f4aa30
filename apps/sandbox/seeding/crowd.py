"""The many: customer number n is always the same person, whatever the size of the crowd."""

import random
import unicodedata

from apps.sandbox.catalogue import STORES
from apps.sandbox.seeding.names import CITIES, NOTES, name_of
from apps.sandbox.seeding.sketch import INSTORE, CardSketch, Known, Place, Sketch, Step

FIRST_ID = 400_000_000
MERGED_EVERY = 97
_OTHER_PLACES: tuple[tuple[int, Place], ...] = (
    (30, Place("WECHAT", "wx_maple")),
    (12, Place("WECHAT", "wx_thread")),
    (12, Place("FACEBOOK", "fb_maple")),
    (10, Place("LINE", "line_maple")),
    (14, Place("MARTJACK", "mj_maple")),
    (12, Place("ECOMMERCE")),
    (5, Place("WEB_ENGAGE", "we_maple")),
    (5, Place("MOBILE_APP", "app_maple")),
)


def chance_of(n: int) -> random.Random:
    """The dice of customer number n."""
    return random.Random(f"maple-{n}")  # noqa: S311


def crowd_member(n: int) -> Sketch:
    """Customer number n (from 100 on); every 97th was merged into the one before."""
    chance = chance_of(n)
    first, last = name_of(chance)
    store = chance.choice(STORES)
    if n % MERGED_EVERY == 0:
        steps = (Step("MERGED", "Merged", chance.randint(5, 60), "Merged into another account"),)
        return Sketch(
            id=FIRST_ID + n,
            first=first,
            last=last,
            external_id=f"EXT{n:07d}",
            store_code=store.code,
            programmes=(),
            steps=steps,
            merged_into=FIRST_ID + n - 1,
        )
    places = (INSTORE, *_other_places(chance))
    known_days = chance.randint(30, 1400)
    return Sketch(
        id=FIRST_ID + n,
        first=first,
        last="" if chance.random() < 0.02 else last,
        mobile=f"91555{n:07d}" if chance.random() < 0.97 else "",
        email=_email(first, last, n) if chance.random() < 0.75 else "",
        external_id=f"EXT{n:07d}" if chance.random() < 0.6 else "",
        gender=chance.choice(("male", "female", "")),
        city=chance.choice(CITIES),
        store_code=store.code,
        places=places,
        also=tuple(known for place in places for known in _known_there(place, n)),
        cards=_cards(chance, n),
        programmes=(101, 102, 103)[: chance.choices((1, 2, 3), (70, 22, 8))[0]],
        days_known=known_days,
        bills=min(chance.choice((0, 1, 2, 3, 4, 6, 9)), known_days // 10),
        lapsed=chance.random() < 0.05 and known_days > 1200,
        coupons=chance.choice((0, 0, 1, 1, 2, 3)),
        notes=tuple(chance.sample(NOTES, chance.choice((0, 0, 0, 1, 2)))),
        referrals=chance.choice((0, 0, 0, 0, 1, 2)),
        goodwill=tuple(
            chance.choices(("APPROVED", "PENDING", "REJECTED"), k=chance.choice((0, 0, 0, 0, 1, 2)))
        ),
        steps=_steps(chance),
        fraud_status="CONFIRMED" if chance.random() < 0.01 else "NOT_FRAUD",
        loyalty_type="loyalty",
    )


def _other_places(chance: random.Random) -> list[Place]:
    weights, places = zip(*_OTHER_PLACES, strict=True)
    return sorted(set(chance.choices(places, weights, k=chance.choices((0, 1, 2, 3), (45, 35, 15, 5))[0])))


def _known_there(place: Place, n: int) -> list[Known]:
    kinds = {
        "WECHAT": (("wechat", f"wxo_{place.account_id}_{n:07d}"), ("unionId", f"wxu_{n:07d}")),
        "FACEBOOK": (("fbId", f"1000{n:011d}"),),
        "LINE": (("line", f"U{n:07d}line"),),
        "MARTJACK": (("martjackId", f"MJ{n:07d}"),),
        "ECOMMERCE": (("email", f"shop{n:07d}@example.com"),),
        "WEB_ENGAGE": (("cuid", f"we-{n:07d}"),),
        "MOBILE_APP": (("mobilePush", f"push-{n:07d}"),),
    }
    return [Known(*place, kind, value) for kind, value in kinds[place.source]] if place != INSTORE else []


def _cards(chance: random.Random, n: int) -> tuple[CardSketch, ...]:
    if chance.random() > 0.4:
        return ()
    status, label = chance.choices(
        (("ACTIVE", "ACTIVE"), ("SUSPENDED", "LOST"), ("EXPIRED", "EXPIRED")), (88, 8, 4)
    )[0]
    return (CardSketch(f"7055{n:012d}", f"CX-{n:07d}", chance.choice((1, 2)), status, label),)


def _steps(chance: random.Random) -> tuple[Step, ...]:
    roll = chance.random()
    if roll < 0.02:
        return (Step("SUSPENDED", "Suspended", chance.randint(3, 25), "Asked by the customer"),)
    if roll < 0.03:
        return (Step("DELETED", "Deleted", chance.randint(3, 25), "Account closed"),)
    return ()


def _email(first: str, last: str, n: int) -> str:
    plain = (
        unicodedata.normalize("NFKD", f"{first}.{last}").encode("ascii", "ignore").decode().lower().strip(".")
    )
    return f"{plain or 'guest'}.{n}@example.com"
