"""The customer id in addresses: digits, and never more than the database can hold."""


class CustomerIdConverter:
    """`<customer:customer_id>`."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        """The id as a number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The id as text."""
        return str(value)
