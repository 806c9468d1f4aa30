"""Numbers in addresses: digits, and never more than the database can hold."""


class WholeNumberConverter:
    """`<whole:pk>`."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        """As a number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """As text."""
        return str(value)
