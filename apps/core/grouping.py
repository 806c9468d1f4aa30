"""Whole numbers as people write them: in thousands (1,200,000) or in lakhs (12,00,000), and read from both."""

import re

THOUSANDS, LAKHS = 3, 2
GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}", re.ASCII)


def grouped(digits: str, size: int = THOUSANDS) -> str:
    """Commas before the last three digits, and then before each `size` of them."""
    head, groups = digits[:-3], [digits[-3:]]
    while head:
        head, group = head[:-size], head[-size:]
        groups.insert(0, group)
    return ",".join(groups)


def ungrouped(text: str) -> str:
    """``1,200`` and ``1,00,000`` without their commas, also before a point; any other text as it is, so that a comma
    in a strange place (``1,00``, ``12,5``) is refused by whoever reads the number."""
    whole, point, part = text.partition(".")
    return f"{whole.replace(',', '')}{point}{part}" if GROUPED.fullmatch(whole) else text
