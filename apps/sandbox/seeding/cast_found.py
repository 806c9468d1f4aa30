"""Hand-made customers for finding and for states: sources, accounts, merging, fraud, status."""

from apps.sandbox.seeding.character import Character
from apps.sandbox.seeding.sketch import INSTORE, Asked, CardSketch, Known, Place, Sketch, Step

WX_MAPLE = Place("WECHAT", "wx_maple")
WX_THREAD = Place("WECHAT", "wx_thread")
FACEBOOK = Place("FACEBOOK", "fb_maple")
LINE = Place("LINE", "line_maple")
MARTJACK = Place("MARTJACK", "mj_maple")

FOUND: tuple[Character, ...] = (
    Character(
        "everything",
        "Profiles in five sources, a card, three programmes, redemptions, coupons, notes, goodwill, referrals.",
        Sketch(
            500000001,
            "Asha",
            "Kulkarni",
            "915550000001",
            "asha.kulkarni@example.com",
            "MT-0001",
            "female",
            "Mumbai",
            places=(INSTORE, WX_MAPLE, FACEBOOK, LINE, MARTJACK),
            also=(
                Known(*WX_MAPLE, "wechat", "wxo_asha"),
                Known(*WX_MAPLE, "unionId", "wxu_asha"),
                Known(*FACEBOOK, "fbId", "100055500000001"),
                Known(*LINE, "line", "Uasha0001line"),
                Known(*MARTJACK, "martjackId", "MJ0000001"),
            ),
            cards=(CardSketch("7055000000000001", "CX-ASHA-1"),),
            programmes=(101, 102, 103),
            days_known=900,
            bills=24,
            coupons=5,
            notes=("Likes to be called in the afternoon.", "Asked about the points of the last visit."),
            referrals=3,
            goodwill=("APPROVED", "REJECTED", "PENDING"),
            asked=(
                Asked("APPROVED", 320, 300),
                Asked("APPROVED", 190, series_id=4103),
                Asked("REJECTED", 95, 2000, till="till.012.01", comments="2000 points wanted for a delay."),
            ),
            reference="LC-DEMO-0000-0001",
            extended={"anniversary": "2015-02-14"},
        ),
    ),
    Character(
        "empty",
        "Just registered: no bill, no coupon, no note.",
        Sketch(500000002, "Ravi", "Menon", "915550000002", days_known=1, gender="male", city="Kochi"),
    ),
    Character(
        "merged",
        "Merged into Meera Iyer: reading it answers 8069.",
        Sketch(
            500000003,
            "Meera",
            "Iyer",
            external_id="MT-0003",
            programmes=(),
            steps=(Step("MERGED", "Merged", 20, "Merged into another account"),),
            merged_into=500000004,
        ),
    ),
    Character(
        "survivor",
        "The account another one was merged into.",
        Sketch(
            500000004,
            "Meera",
            "Iyer",
            "915550000004",
            "meera.iyer@example.com",
            "MT-0004",
            "female",
            "Chennai",
            "indiranagar",
            places=(INSTORE, MARTJACK),
            also=(
                Known("INSTORE", "", "mobile", "915550000003"),
                Known(*MARTJACK, "martjackId", "MJ0000003"),
            ),
            days_known=700,
            bills=8,
            coupons=1,
            asked=(
                Asked("APPROVED", 150, 250),
                Asked("PENDING", 2, series_id=4105, till="till.007.01"),
            ),
        ),
    ),
    Character(
        "fraud",
        "Marked as fraud, confirmed.",
        Sketch(
            500000005,
            "Farhan",
            "Qureshi",
            "915550000005",
            "farhan.q@example.com",
            "MT-0005",
            "male",
            "Delhi",
            "saket",
            days_known=500,
            bills=10,
            fraud_status="CONFIRMED",
            asked=(
                Asked("APPROVED", 240, 500),
                Asked("PENDING", 1, 750, till="till.012.01", comments="750 points for a damaged shirt."),
            ),
            notes=("Two cards were used within one minute.",),
        ),
    ),
    Character(
        "suspended",
        "Suspended ten days ago.",
        Sketch(
            500000006,
            "Divya",
            "Nair",
            "915550000006",
            "divya.nair@example.com",
            "MT-0006",
            bills=5,
            steps=(Step("SUSPENDED", "Suspended", 10, "Asked by the customer"),),
        ),
    ),
    Character(
        "deleted",
        "Suspended, active again, then closed.",
        Sketch(
            500000007,
            "Karan",
            "Desai",
            "915550000007",
            external_id="MT-0007",
            bills=2,
            steps=(
                Step("SUSPENDED", "Suspended", 60),
                Step("ACTIVE", "Active", 50),
                Step("DELETED", "Deleted", 4, "Account closed"),
            ),
        ),
    ),
    Character(
        "wechat_both",
        "Known in both WeChat accounts, in no store.",
        Sketch(
            500000008,
            "明",
            "王",
            "915550000008",
            city="上海",
            places=(WX_MAPLE, WX_THREAD),
            also=(
                Known(*WX_MAPLE, "wechat", "wxo_ming"),
                Known(*WX_MAPLE, "unionId", "wxu_ming"),
                Known(*WX_THREAD, "wechat", "wxo_ming_t"),
                Known(*WX_THREAD, "unionId", "wxu_ming"),
            ),
            bills=3,
        ),
    ),
    Character(
        "same_openid_maple",
        "Shares the WeChat id wxo_shared with another customer of the other account.",
        Sketch(
            500000009,
            "丽",
            "李",
            "915550000009",
            places=(INSTORE, WX_MAPLE),
            also=(Known(*WX_MAPLE, "wechat", "wxo_shared"),),
            bills=2,
        ),
    ),
    Character(
        "same_openid_thread",
        "The other customer with the WeChat id wxo_shared.",
        Sketch(
            500000010,
            "浩然",
            "张",
            "915550000010",
            places=(INSTORE, WX_THREAD),
            also=(Known(*WX_THREAD, "wechat", "wxo_shared"),),
            bills=2,
        ),
    ),
)
