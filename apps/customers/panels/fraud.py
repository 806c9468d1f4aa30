"""The fraud mark on its own, for a customer the v1.1 record could not be asked about at once."""

from typing import Any

from django.utils.translation import gettext_lazy

from apps.capillary.types_customer import Customer
from apps.customers.panels.header import fraud_of
from apps.customers.panels.registry import Asked, Panel, Values, register_panel


def build_fraud(asked: Asked, values: Values) -> dict[str, Any]:
    """The mark v1.1 tells; None when the record is of somebody else."""
    customer: Customer = values["customer"]
    return {"fraud": fraud_of(customer, values.get("record"))}


FRAUD = register_panel(
    Panel(
        name="fraud",
        title=gettext_lazy("Fraud mark"),
        bare=True,
        source="v1.1",
        template="customers/_fraud.html",
        build=build_fraud,
        needs=("customer", "record"),
    )
)
