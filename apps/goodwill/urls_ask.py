"""Addresses of asking and following requests."""

from django.urls import URLPattern, path, register_converter

from apps.audit.converters import CustomerIdConverter
from apps.core.converters import WholeNumberConverter
from apps.goodwill.views import ask, customer_panel, every, mine, request, unknown

register_converter(WholeNumberConverter, "whole")
register_converter(CustomerIdConverter, "whom")

urlpatterns: list[URLPattern] = [
    path("customers/<whom:customer_id>/ask/", ask.ask_goodwill, name="ask"),
    path("customers/<whom:customer_id>/ask/check/", ask.check, name="ask_check"),
    path("customers/<whom:customer_id>/", customer_panel.customer_panel, name="customer_panel"),
    path("mine/", mine.mine, name="mine"),
    path("requests/", every.requests, name="requests"),
    path("requests/<whole:pk>/", request.request_page, name="request"),
    path("requests/<whole:pk>/result/", request.result, name="result"),
    path("requests/<whole:pk>/calls/", request.calls, name="calls"),
    path("requests/<whole:pk>/withdraw/", mine.withdraw, name="withdraw"),
    path("requests/<whole:pk>/answer/", mine.answer, name="answer"),
    path("requests/<whole:pk>/check/", unknown.check_again, name="check"),
    path("requests/<whole:pk>/give-up/", unknown.give_up, name="give_up"),
]
