"""What may stand in an address: numbers the database can hold, and words it can be asked for."""

from django.urls.converters import StringConverter


class WholeNumberConverter:
    """`<whole:pk>`."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        """As a number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """As text."""
        return str(value)


class WordConverter(StringConverter):
    """`<word:field>`: a name or id that may come from outside. No database can be asked for what is no character."""

    regex = r"[^/\x00-\x1f\x7f]{1,200}"


class TokenConverter(StringConverter):
    """`<token:token>`: what a link carries that was made here, signed or not."""

    regex = "[A-Za-z0-9_.:-]{1,300}"


class MonthConverter(StringConverter):
    """`<month:month>`: ``2026-11``."""

    regex = "[0-9]{4}-(?:0[1-9]|1[0-2])"
