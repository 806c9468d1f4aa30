"""Addresses of goodwill for programs, below /api/v1/goodwill/."""

from django.urls import path

from apps.goodwill.api import deciding, views

app_name = "goodwill_api"

urlpatterns = [
    path("choices/", views.Choices.as_view(), name="choices"),
    path("preview/", views.Previews.as_view(), name="preview"),
    path("requests/", views.Requests.as_view(), name="requests"),
    path("requests/<int:pk>/", views.OneRequest.as_view(), name="request"),
    path("requests/<int:pk>/withdraw/", views.Withdrawing.as_view(), name="withdraw"),
    path("requests/<int:pk>/answer/", views.Answering.as_view(), name="answer"),
    path("requests/<int:pk>/evidence/", deciding.EvidenceOf.as_view(), name="evidence"),
    path("requests/<int:pk>/approve/", deciding.Approving.as_view(), name="approve"),
    path("requests/<int:pk>/reject/", deciding.Rejecting.as_view(), name="reject"),
    path("requests/<int:pk>/send-back/", deciding.SendingBack.as_view(), name="send_back"),
]
