"""Addresses of inviting for programs, below /api/v1/referrals/."""

from django.urls import path

from apps.referrals.api import views

app_name = "referrals_api"

urlpatterns = [
    path("campaigns/", views.Campaigns.as_view(), name="campaigns"),
    path("invitations/", views.Invitations.as_view(), name="invitations"),
    path("invitations/<int:pk>/", views.OneInvitation.as_view(), name="invitation"),
]
