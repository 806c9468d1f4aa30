"""Reads rows pasted from a spreadsheet: tabs, commas or semicolons, with or without a heading."""

from apps.referrals.wanted import Row


def parse_pasted(text: str) -> tuple[Row, ...]:
    """The rows, empty lines left out. Which column is what is told by the heading, or by what stands in it.

    Raises: BadInput (pasted) for nothing, or for more than 200 rows
    """
    raise NotImplementedError
