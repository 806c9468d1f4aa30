"""Addresses of the room's parts of the customer page."""

from django.urls import path, register_converter

from apps.audit.converters import CustomerIdConverter
from apps.points.views import customer_panels

register_converter(CustomerIdConverter, "part_of")

urlpatterns = [
    path(
        "customers/<part_of:customer_id>/redemptions/",
        customer_panels.customer_redemptions,
        name="customer_redemptions",
    ),
    path(
        "customers/<part_of:customer_id>/statement/",
        customer_panels.customer_statement,
        name="customer_statement",
    ),
]
