"""The customer id in addresses: digits, never more than the database can hold, and no mobile or card number."""

from apps.audit.customers import is_internal_id


class CustomerIdConverter:
    """`<customer:customer_id>`."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        """The id as a number; ValueError, and so not found, for digits that may be a mobile or card number."""
        if not is_internal_id(value):
            raise ValueError("No internal id that the outside has ever named.")
        return int(value)

    def to_url(self, value: int) -> str:
        """The id as text."""
        return str(value)
