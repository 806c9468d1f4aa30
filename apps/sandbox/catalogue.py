"""The invented organisation: sources, stores, tills, programmes with tiers, coupon series, card series."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ORG_ID = 50007
ORG_NAME = "Maple & Thread"


@dataclass(frozen=True)
class Source:
    """A channel customers come through; accounts are empty where the source has only one."""

    name: str
    accounts: tuple[str, ...] = ()


SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        Source("INSTORE"),
        Source("WECHAT", ("wx_maple", "wx_thread")),
        Source("FACEBOOK", ("fb_maple",)),
        Source("WEB_ENGAGE", ("we_maple",)),
        Source("LINE", ("line_maple",)),
        Source("MOBILE_APP", ("app_maple",)),
        Source("MARTJACK", ("mj_maple",)),
        Source("ECOMMERCE"),
        Source("WEBSITE"),
        Source("TMALL"),
        Source("TAOBAO"),
        Source("JD"),
    )
}


@dataclass(frozen=True)
class Till:
    """A cash desk; its code is also the Basic user name."""

    id: int
    code: str
    name: str


@dataclass(frozen=True)
class Store:
    """A shop and the ids it is known by."""

    id: int
    code: str
    name: str
    external_id: str
    city: str
    till: Till


_STORES = (
    (7001, "bandra", "Bandra Linking Road", "EXT-MUM-01", "Mumbai"),
    (7002, "indiranagar", "Indiranagar 100 Feet Road", "EXT-BLR-01", "Bengaluru"),
    (7003, "saket", "Saket Select Citywalk", "EXT-DEL-01", "Delhi"),
    (7004, "parkstreet", "Park Street", "EXT-CCU-01", "Kolkata"),
    (7005, "banjara", "Banjara Hills", "EXT-HYD-01", "Hyderabad"),
    (7006, "deira", "Deira City Centre", "EXT-DXB-01", "Dubai"),
    # The places where the console's demo people work.
    (7007, "cc", "Contact Centre", "MT-CC", "Pune"),
    (7008, "012", "Store 12", "MT-012", "Pune"),
    (7009, "007", "Store 07", "MT-007", "Nagpur"),
)
STORES: tuple[Store, ...] = tuple(
    Store(number, code, name, external, city, Till(number * 10, f"till.{code}.01", f"{name} till 1"))
    for number, code, name, external, city in _STORES
)
STORE_BY_CODE = {store.code: store for store in STORES}
STORE_BY_TILL = {store.till.code: store for store in STORES}


@dataclass(frozen=True)
class Spending:
    """What a programme asks of a redemption; point_value is money for one point.

    decimals: places after the point a redemption may have. multiple_of: nought for any amount.
    """

    minimum: Decimal
    maximum: Decimal
    multiple_of: Decimal
    point_value: Decimal
    decimals: int = 0
    least_lifetime_points: Decimal = Decimal(0)
    least_purchases: Decimal = Decimal(0)


@dataclass(frozen=True)
class Programme:
    """A loyalty programme: tiers from the lowest, purchases each asks for, points per hundred spent."""

    id: int
    title: str
    tiers: tuple[str, ...]
    thresholds: tuple[int, ...]
    points_per_hundred: Decimal
    spending: Spending


PROGRAMMES: tuple[Programme, ...] = (
    Programme(
        101,
        "Maple Rewards",
        ("BRONZE", "SILVER", "GOLD", "PLATINUM"),
        (0, 15000, 40000, 100000),
        Decimal(4),
        Spending(Decimal(20), Decimal(1000), Decimal(10), Decimal("0.25")),
    ),
    Programme(
        102,
        "Thread Circle",
        ("CLASSIC", "PREMIER"),
        (0, 20000),
        Decimal("2.5"),
        Spending(Decimal(1), Decimal(500), Decimal(0), Decimal(1), decimals=2),
    ),
    Programme(
        103,
        "Hearth Club",
        ("MEMBER", "PATRON", "FOUNDER"),
        (0, 15000, 45000),
        Decimal(1),
        Spending(
            Decimal(20),
            Decimal(60),
            Decimal(20),
            Decimal(2),
            least_lifetime_points=Decimal(100),
            least_purchases=Decimal(10000),
        ),
    ),
)
PROGRAMME_BY_ID = {programme.id: programme for programme in PROGRAMMES}
DEFAULT_PROGRAMME = PROGRAMMES[0]


@dataclass(frozen=True)
class CouponSeries:
    """A family of coupons; discount_type is ABS (money off) or PERC (per cent off).

    goodwill: member care may give its coupons. The API has no field that tells; it shows when one is asked for.
    """

    id: int
    description: str
    discount_code: str
    discount_type: str
    discount_value: int
    discount_upto: int
    goodwill: bool = False
    valid_till: date = date(2099, 12, 31)


COUPON_SERIES: tuple[CouponSeries, ...] = (
    CouponSeries(4101, "Birthday treat: 15% off", "BDAY15", "PERC", 15, 750),
    CouponSeries(4102, "Rs 300 off your next visit", "NEXT300", "ABS", 300, 300),
    CouponSeries(4103, "Goodwill voucher Rs 500", "SORRY500", "ABS", 500, 500, goodwill=True),
    CouponSeries(4104, "Welcome 10% off", "WELCOME10", "PERC", 10, 400),
    CouponSeries(4105, "Goodwill voucher Rs 250", "SORRY250", "ABS", 250, 250, goodwill=True),
    CouponSeries(4106, "Goodwill 20% off one item", "SORRY20", "PERC", 20, 1000, goodwill=True),
    CouponSeries(
        4107,
        "Festive goodwill Rs 400",
        "FEST400",
        "ABS",
        400,
        400,
        goodwill=True,
        valid_till=date(2025, 1, 31),
    ),
)
SERIES_BY_ID = {series.id: series for series in COUPON_SERIES}
COUPON_DAYS = 90
POINTS_DAYS = 540

CARD_SERIES = {
    1: ("MAPLE-PHYS", "Maple plastic card", "PHYSICAL"),
    2: ("MAPLE-DIGI", "Maple app card", "DIGITAL"),
}
