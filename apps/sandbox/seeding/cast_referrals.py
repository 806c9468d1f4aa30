"""Hand-made customers for referrals: somebody who invited many, and the friends who came."""

from apps.sandbox.seeding.character import Character
from apps.sandbox.seeding.sketch import Friend, Sketch

_CIRCLE = "THREADCIRCLE"

# The friends come first: they must be there before somebody is said to have brought them.
REFERRING: tuple[Character, ...] = (
    Character(
        "friend_joined",
        "Came by an invitation twenty days ago; has not bought yet.",
        Sketch(500000031, "Ishita", "Kapoor", "915550000031", external_id="MT-0031", days_known=20),
    ),
    Character(
        "friend_bought",
        "Came by an invitation and bought.",
        Sketch(
            500000032, "Harish", "Shetty", "915550000032", "harish.shetty@example.com", days_known=40, bills=2
        ),
    ),
    Character(
        "friend_rewarded",
        "Came by an invitation, bought and was rewarded.",
        Sketch(500000033, "Zara", "Fernandes", email="zara.fernandes@example.com", days_known=75, bills=4),
    ),
    Character(
        "friend_other_number",
        "Was invited by e-mail and came with a mobile number: the two lists do not meet.",
        Sketch(500000034, "Gaurav", "Malhotra", "915550000034", days_known=30, bills=1),
    ),
    Character(
        "friend_unknown",
        "Came by an invitation, and the outside does not tell of whom: nothing but nulls.",
        Sketch(500000035, "Jyoti", "Verma", "915550000035", days_known=15, bills=1),
    ),
    Character(
        "referrer",
        "Has referral codes in two campaigns; the invited have come every distance, two cannot be matched.",
        Sketch(
            500000030,
            "Nisha",
            "Chatterjee",
            "915550000030",
            "nisha.chatterjee@example.com",
            "MT-0030",
            "female",
            "Pune",
            "012",
            days_known=600,
            bills=9,
            codes=((_CIRCLE, "TCNISHA030"),),
            friends=(
                Friend("Mohan Yadav", "915591000001", 3),
                Friend("Kavita Joshi", "kavita.joshi@example.com", 12),
                Friend("Ishita Kapoor", "915550000031", 24, came=500000031, joined=20),
                Friend("Harish Shetty", "915550000032", 45, came=500000032, joined=40, bought=33),
                Friend(
                    "Zara Fernandes",
                    "zara.fernandes@example.com",
                    80,
                    came=500000033,
                    joined=75,
                    bought=70,
                    rewarded=69,
                ),
                Friend("Gaurav M.", "gaurav.m@example.com", 34, came=500000034, joined=30, bought=22),
                Friend("Jyoti", "915591000002", 18, came=500000035, joined=15, bought=9, hidden=True),
                Friend("Anaïs Lefèvre", "915591000003", 5, campaign=_CIRCLE),
                Friend("Mohan Yadav", "915591000001", 2, campaign=_CIRCLE),
            ),
        ),
    ),
)
