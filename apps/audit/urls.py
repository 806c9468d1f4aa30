"""Addresses of the trail."""

from django.urls import path, register_converter

from apps.audit import views
from apps.audit.customers import SHAPE
from apps.core.context import PATTERN


class ReferenceConverter:
    """A reference such as LC-7F3K-92QD-M4XA."""

    regex = PATTERN.pattern

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class InternalIdConverter:
    """The form of an internal customer id; whether a long one is one is decided by what the trail knows."""

    regex = SHAPE.pattern

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str | int) -> str:
        return str(value)


register_converter(InternalIdConverter, "internal")
register_converter(ReferenceConverter, "reference")

app_name = "audit"

urlpatterns = [
    path("", views.trail, name="trail"),
    path("<int:entry_id>/", views.entry, name="entry"),
    path("clicks/<reference:reference>/", views.click, name="click"),
    path("customers/<internal:customer_id>/", views.customer_history, name="customer_history"),
]
