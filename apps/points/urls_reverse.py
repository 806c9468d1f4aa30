"""Addresses of reversing and of deciding on it."""

from django.urls import URLPattern, path, register_converter

from apps.core.converters import WordConverter
from apps.points.views import deciding, duty, reversal, reverse

register_converter(WordConverter, "redemption")

REVERSAL = {"kind": "reversal"}
REVERSE = "customers/<whose:customer_id>/redemptions/<redemption:redemption_id>/reverse/"
urlpatterns: list[URLPattern] = [
    path(REVERSE, reverse.reverse, name="reverse"),
    path("reversals/", reversal.reversals, name="reversals"),
    path("reversals/<nth:pk>/", reversal.reversal, name="reversal"),
    path("reversals/<nth:pk>/result/", reversal.reversal_result, name="reversal_result"),
    path("reversals/<nth:pk>/calls/", reversal.reversal_calls, name="reversal_calls"),
    path("reversals/<nth:pk>/approve/", deciding.reversal_approve, name="reversal_approve"),
    path("reversals/<nth:pk>/reject/", deciding.reversal_reject, name="reversal_reject"),
    path("reversals/<nth:pk>/withdraw/", deciding.reversal_withdraw, name="reversal_withdraw"),
    path("reversals/<nth:pk>/check/", duty.check_again, REVERSAL, name="reversal_check"),
    path("reversals/<nth:pk>/give-up/", duty.give_up, REVERSAL, name="reversal_give_up"),
    path("reversals/<nth:pk>/it-is/", duty.it_is, REVERSAL, name="reversal_it_is"),
]
