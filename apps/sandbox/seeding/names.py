"""Names in many scripts, none of them of a known person, and things such people say and buy."""

import random
from typing import NamedTuple


class Pool(NamedTuple):
    """First names, last names and how often this script turns up."""

    weight: int
    firsts: tuple[str, ...]
    lasts: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


POOLS: tuple[Pool, ...] = (
    Pool(
        62,
        _words(
            "Asha Ravi Priya Arjun Neha Vikram Sunita Kabir Ananya Rohan Meera Farhan Lakshmi Imran Divya Karan "
            "Pooja Sanjay Nisha Aditya Fatima Harish Jyoti Manoj Rekha Tarun Usha Zara Gaurav Ishita"
        ),
        _words(
            "Sharma Patel Iyer Khan Reddy Nair Singh Das Mehta Gupta Joshi Kulkarni Banerjee Menon Chatterjee "
            "Fernandes Qureshi Bose Rao Pillai Desai Kapoor Malhotra Verma Shetty"
        ),
    ),
    Pool(6, _words("आशा राजेश सुनीता विक्रम कविता मोहन"), _words("शर्मा वर्मा गुप्ता जोशी यादव")),
    Pool(4, _words("கார்த்திக் லட்சுமி முருகன் கயல்விழி"), _words("சுப்ரமணியம் இளங்கோ வேலன்")),
    Pool(4, _words("অনন্যা সৌরভ মিতা তুষার"), _words("বসু সেন মুখার্জি দাস")),
    Pool(7, _words("محمد فاطمة يوسف ليلى عمر زينب"), _words("الحربي النجار حداد قاسم منصور")),
    Pool(7, _words("明 丽 伟 静 浩然 雪"), _words("王 李 张 陈 赵")),
    Pool(3, _words("さくら 健太 陽子 大輔"), _words("佐藤 鈴木 高橋 田中")),
    Pool(
        7,
        _words("Zoë José François Łucja Søren Anaïs Jürgen"),
        _words("Müller Núñez Lefèvre Ångström Dvořák Żak"),
    ),
)
_WEIGHTS = [pool.weight for pool in POOLS]

CITIES = _words("Mumbai Bengaluru Delhi Kolkata Hyderabad Chennai Pune Jaipur Kochi Dubai")

NOTES = (
    "Asked when the points of the last visit will show.",
    "Prefers e-mail over text messages.",
    "Wants the bill of last month sent again.",
    "Complained about a torn bag; apologised and promised a call back.",
    "Moved house, new address given at the till.",
    "Asked for the opening hours on Sunday.",
)

ITEMS = (
    ("LIN-4410", "Linen shirt"),
    ("COT-2201", "Cotton kurta"),
    ("SIL-7003", "Silk scarf"),
    ("DEN-1180", "Denim jacket"),
    ("HOM-5521", "Woven table runner"),
    ("SHO-3094", "Canvas shoes"),
)

REASONS = ("Late delivery", "Points missing after a visit", "Damaged item", "Long waiting time")


def name_of(chance: random.Random) -> tuple[str, str]:
    """A first and a last name of one script."""
    pool = chance.choices(POOLS, _WEIGHTS)[0]
    return chance.choice(pool.firsts), chance.choice(pool.lasts)
