"""Addresses of redeeming and giving back for programs, below /api/v1/."""

from django.urls import path

from apps.points.api import reversing, views

app_name = "points_api"

urlpatterns = [
    path("redemptions/", views.Redemptions.as_view(), name="redemptions"),
    path("redemptions/check/", views.Checking.as_view(), name="check"),
    path("redemptions/send-code/", views.SendingCode.as_view(), name="send_code"),
    path("redemptions/<int:pk>/", views.OneRedemption.as_view(), name="redemption"),
    path("reversals/", reversing.Reversals.as_view(), name="reversals"),
    path("reversals/<int:pk>/", reversing.OneReversal.as_view(), name="reversal"),
    path("reversals/<int:pk>/approve/", reversing.Approving.as_view(), name="reversal_approve"),
    path("reversals/<int:pk>/reject/", reversing.Rejecting.as_view(), name="reversal_reject"),
    path("reversals/<int:pk>/withdraw/", reversing.Withdrawing.as_view(), name="reversal_withdraw"),
]
