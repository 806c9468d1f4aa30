"""Addresses of the trail's API, below /api/v1/trail/."""

from django.urls import path

from apps.audit.api import views

app_name = "trail_api"

urlpatterns = [
    path("entries/", views.Entries.as_view(), name="entries"),
    path("entries/<int:entry_id>/", views.OneEntry.as_view(), name="entry"),
    path("entries/<int:entry_id>/proof/", views.Inclusion.as_view(), name="proof"),
    path("checkpoints/", views.Checkpoints.as_view(), name="checkpoints"),
    path("checkpoints/<int:size>/", views.OneCheckpoint.as_view(), name="checkpoint"),
    path("checkpoints/<int:size>/from/<int:old>/", views.Consistency.as_view(), name="consistency"),
    path("keys/", views.Keys.as_view(), name="keys"),
]
