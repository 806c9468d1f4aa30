"""Hand-made customers, one for each interesting case, with ids and identifiers that never change."""

from dataclasses import dataclass
from typing import Any

from apps.sandbox.seeding.sketch import INSTORE, CardSketch, Known, Place, Sketch, Step

WX_MAPLE = Place("WECHAT", "wx_maple")
WX_THREAD = Place("WECHAT", "wx_thread")
FACEBOOK = Place("FACEBOOK", "fb_maple")
LINE = Place("LINE", "line_maple")
MARTJACK = Place("MARTJACK", "mj_maple")


@dataclass(frozen=True)
class Character:
    """A sketch with a key for tests, and what there is to see for people."""

    key: str
    see: str
    sketch: Sketch

    def as_json(self) -> dict[str, Any]:
        """Plain data for a terminal or a test."""
        sketch = self.sketch
        return {
            "key": self.key,
            "id": sketch.id,
            "label": " ".join(part for part in (sketch.first, sketch.last) if part),
            "see": self.see,
            "store": sketch.store_code,
            "merged_into": sketch.merged_into,
            "reference": sketch.reference,
            "identifiers": [
                {
                    "source": known.source,
                    "account_id": known.account_id,
                    "name": known.kind,
                    "value": known.value,
                }
                for known in sketch.identifiers()
            ],
        }


CHARACTERS: tuple[Character, ...] = (
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
    Character(
        "arabic",
        "A name written from right to left.",
        Sketch(
            500000011,
            "ليلى",
            "حداد",
            "915550000011",
            "layla.haddad@example.com",
            "MT-0011",
            "female",
            "Dubai",
            "deira",
            bills=6,
            notes=("طلبت الاتصال بها مساءً.",),
        ),
    ),
    Character(
        "nulls",
        "No e-mail, no last name, no external id: v1.1 says None.",
        Sketch(500000012, "Usha", mobile="915550000012", bills=1, redeems=False),
    ),
    Character(
        "not_loyal",
        "Known, but in no loyalty programme.",
        Sketch(
            500000013,
            "Tarun",
            "Bose",
            "915550000013",
            "tarun.bose@example.com",
            programmes=(),
            loyalty_type="non_loyalty",
        ),
    ),
    Character(
        "expired",
        "All points have expired; the balance is nought.",
        Sketch(
            500000014,
            "Rekha",
            "Das",
            "915550000014",
            external_id="MT-0014",
            days_known=1600,
            bills=5,
            lapsed=True,
        ),
    ),
    Character(
        "fractions",
        "Points with three decimals in a programme of two and a half per hundred.",
        Sketch(
            500000015,
            "Kabir",
            "Rao",
            "915550000015",
            external_id="MT-0015",
            programmes=(102,),
            bills=7,
            redeems=False,
        ),
    ),
    Character(
        "many_bills",
        "A hundred and twenty bills: pages of them.",
        Sketch(
            500000016,
            "Lakshmi",
            "Reddy",
            "915550000016",
            "lakshmi.reddy@example.com",
            "MT-0016",
            "female",
            "Hyderabad",
            "banjara",
            days_known=1300,
            bills=120,
            average_bill=6000,
            coupons=12,
        ),
    ),
    Character(
        "redeemed",
        "A redemption with our own reference, given back in two parts.",
        Sketch(
            500000017,
            "Arjun",
            "Pillai",
            "915550000017",
            "arjun.pillai@example.com",
            "MT-0017",
            bills=8,
            reference="LC-DEMO-0000-0017",
        ),
    ),
    Character(
        "goodwill",
        "Goodwill asked for four times: pending, approved, rejected, pending.",
        Sketch(
            500000018,
            "Neha",
            "Banerjee",
            "915550000018",
            "neha.banerjee@example.com",
            "MT-0018",
            store_code="parkstreet",
            bills=4,
            goodwill=("PENDING", "APPROVED", "REJECTED", "PENDING"),
        ),
    ),
    Character(
        "abroad",
        "A British mobile and accents in the name.",
        Sketch(
            500000019,
            "Zoë",
            "Müller-Ångström",
            "447700900123",
            "zoe.mueller@example.com",
            "MT-0019",
            bills=3,
        ),
    ),
    Character(
        "twin_a",
        "Shares the name Priya Sharma with another customer.",
        Sketch(500000020, "Priya", "Sharma", "915550000020", "priya.s@example.com", "MT-0020", bills=3),
    ),
    Character(
        "twin_b",
        "The other Priya Sharma.",
        Sketch(500000021, "Priya", "Sharma", "915550000021", "priya.sharma@example.com", "MT-0021", bills=5),
    ),
    Character(
        "cards",
        "A lost card and its replacement.",
        Sketch(
            500000022,
            "Sanjay",
            "Mehta",
            "915550000022",
            external_id="MT-0022",
            cards=(
                CardSketch("7055000000000022", "CX-SANJAY-1", 1, "SUSPENDED", "LOST"),
                CardSketch("7055000000000023", "CX-SANJAY-2", 2),
            ),
            bills=4,
        ),
    ),
    Character(
        "markup",
        "A name with an apostrophe and angle brackets, a note with markup.",
        Sketch(
            500000023,
            "Siobhán <b>Bold</b>",
            "O'Brien & Sons",
            "915550000023",
            "o'brien@example.com",
            "MT-0023",
            bills=1,
            notes=("<script>alert('note')</script> was typed into the till.",),
        ),
    ),
)
