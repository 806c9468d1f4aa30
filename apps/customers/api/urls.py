"""Addresses of customers for programs, below /api/v1/customers/."""

from django.urls import path

from apps.customers.api import views

app_name = "customers_api"

urlpatterns = [
    path("lookup/", views.Lookup.as_view(), name="lookup"),
    path("<int:customer_id>/", views.OneCustomer.as_view(), name="customer"),
    path("<int:customer_id>/open/", views.Opening.as_view(), name="open"),
    path("<int:customer_id>/reveal/", views.Revealing.as_view(), name="reveal"),
    path("<int:customer_id>/notes/", views.Notes.as_view(), name="notes"),
    path("<int:customer_id>/notes/<slug:reference>/", views.OneNote.as_view(), name="note"),
]
