"""Addresses of redeeming."""

from django.urls import URLPattern, path, register_converter

from apps.audit.converters import CustomerIdConverter
from apps.core.converters import WholeNumberConverter
from apps.points.views import duty, redeem, redemption

register_converter(CustomerIdConverter, "whose")
register_converter(WholeNumberConverter, "nth")

REDEMPTION = {"kind": "redemption"}
urlpatterns: list[URLPattern] = [
    path("customers/<whose:customer_id>/redeem/", redeem.redeem, name="redeem"),
    path("customers/<whose:customer_id>/redeem/check/", redeem.redeem_check, name="redeem_check"),
    path("customers/<whose:customer_id>/redeem/code/", redeem.code_send, name="code_send"),
    path("customers/<whose:customer_id>/redeem/do/", redeem.redeem_do, name="redeem_do"),
    path("redemptions/<nth:pk>/", redemption.redemption, name="redemption"),
    path("redemptions/<nth:pk>/result/", redemption.redemption_result, name="redemption_result"),
    path("redemptions/<nth:pk>/calls/", redemption.redemption_calls, name="redemption_calls"),
    path("redemptions/<nth:pk>/check/", duty.check_again, REDEMPTION, name="redemption_check"),
    path("redemptions/<nth:pk>/give-up/", duty.give_up, REDEMPTION, name="redemption_give_up"),
    path("redemptions/<nth:pk>/it-is/", duty.it_is, REDEMPTION, name="redemption_it_is"),
]
