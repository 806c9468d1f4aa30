"""Addresses of looking up, the customer page, its panels, and what can be done there; who is protected."""

from django.urls import path, register_converter

from apps.audit.converters import CustomerIdConverter
from apps.core.converters import WholeNumberConverter, WordConverter
from apps.customers.views import glass, lookup, notes, page, protect, reveal, verify

register_converter(CustomerIdConverter, "customer")
register_converter(WholeNumberConverter, "protection")
register_converter(WordConverter, "field")

app_name = "customers"

urlpatterns = [
    path("", lookup.lookup, name="lookup"),
    path("protected/", protect.protected, name="protected"),
    path("protected/add/", protect.protect, name="protect"),
    path("protected/<protection:pk>/end/", protect.protection_end, name="protection_end"),
    path("<customer:customer_id>/", page.customer, name="customer"),
    path("<customer:customer_id>/reason/", glass.glass, name="glass"),
    path("<customer:customer_id>/panels/<slug:name>/", page.panel, name="panel"),
    path("<customer:customer_id>/reveal/<field:field>/", reveal.reveal, name="reveal"),
    path("<customer:customer_id>/verify/", verify.verify, name="verify"),
    path("<customer:customer_id>/verify/number/", verify.number, name="verify_number"),
    path("<customer:customer_id>/notes/add/", notes.note_add, name="note_add"),
    path("<customer:customer_id>/notes/<slug:reference>/", notes.note_state, name="note_state"),
    path("<customer:customer_id>/notes/<slug:reference>/check/", notes.note_check, name="note_check"),
    path("<customer:customer_id>/notes/<slug:reference>/again/", notes.note_again, name="note_again"),
    path("<customer:customer_id>/notes/<slug:reference>/there/", notes.note_there, name="note_there"),
    path("<customer:customer_id>/<slug:tab>/", page.customer, name="tab"),
]
