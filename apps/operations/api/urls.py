"""Addresses of long work for programs, below /api/v1/operations/."""

from django.urls import path

from apps.operations.api import steering, views

app_name = "operations_api"

urlpatterns = [
    path("", views.Operations.as_view(), name="operations"),
    path("kinds/", views.Kinds.as_view(), name="kinds"),
    path("<int:pk>/", views.OneOperation.as_view(), name="operation"),
    path("<int:pk>/run/", steering.Running.as_view(), name="run"),
    path("<int:pk>/pause/", steering.Pausing.as_view(), name="pause"),
    path("<int:pk>/resume/", steering.Resuming.as_view(), name="resume"),
    path("<int:pk>/cancel/", steering.Cancelling.as_view(), name="cancel"),
    path("<int:pk>/ask/", steering.Asking.as_view(), name="ask"),
]
