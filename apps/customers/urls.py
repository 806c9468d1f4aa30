"""Addresses of looking up, the customer page, its panels, and what can be done there."""

from django.urls import path, register_converter

from apps.audit.converters import CustomerIdConverter
from apps.customers.views import lookup, notes, page, reveal, verify

register_converter(CustomerIdConverter, "customer")

app_name = "customers"

urlpatterns = [
    path("", lookup.lookup, name="lookup"),
    path("<customer:customer_id>/", page.customer, name="customer"),
    path("<customer:customer_id>/panels/<slug:name>/", page.panel, name="panel"),
    path("<customer:customer_id>/reveal/<str:field>/", reveal.reveal, name="reveal"),
    path("<customer:customer_id>/verify/", verify.verify, name="verify"),
    path("<customer:customer_id>/verify/number/", verify.number, name="verify_number"),
    path("<customer:customer_id>/notes/add/", notes.note_add, name="note_add"),
    path("<customer:customer_id>/notes/<str:reference>/", notes.note_state, name="note_state"),
    path("<customer:customer_id>/notes/<str:reference>/check/", notes.note_check, name="note_check"),
    path("<customer:customer_id>/notes/<str:reference>/again/", notes.note_again, name="note_again"),
    path("<customer:customer_id>/notes/<str:reference>/there/", notes.note_there, name="note_there"),
    path("<customer:customer_id>/<slug:tab>/", page.customer, name="tab"),
]
