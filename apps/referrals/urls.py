"""Addresses of the referrals room."""

from django.urls import URLPattern, path, register_converter

from apps.audit.converters import CustomerIdConverter
from apps.core.converters import WholeNumberConverter
from apps.referrals.views import code, customer_panel, duty, invitation, invite, rules, signals

app_name = "referrals"
register_converter(CustomerIdConverter, "referrer")
register_converter(WholeNumberConverter, "number")

urlpatterns: list[URLPattern] = [
    path("customers/<referrer:customer_id>/", customer_panel.customer_panel, name="customer_panel"),
    path("customers/<referrer:customer_id>/invite/", invite.invite, name="invite"),
    path("customers/<referrer:customer_id>/invite/check/", invite.invite_check, name="invite_check"),
    path("invitations/<number:pk>/", invitation.invitation, name="invitation"),
    path("invitations/<number:pk>/result/", invitation.invitation_result, name="invitation_result"),
    path("invitations/<number:pk>/calls/", invitation.invitation_calls, name="invitation_calls"),
    path("invitations/<number:pk>/check/", duty.check_again, name="check_again"),
    path("invitations/<number:pk>/give-up/", duty.give_up, name="give_up"),
    path("code/", code.check_code, name="check_code"),
    path("signals/", signals.signals, name="signals"),
    path("signals/<number:pk>/look/", signals.signal_look, name="signal_look"),
    path("rules/", rules.rules, name="rules"),
    path("rules/stores/<number:pk>/", rules.rules_set, name="rules_set"),
    path("rules/stores/<number:pk>/remove/", rules.rules_remove, name="rules_remove"),
    path("rules/campaigns/add/", rules.campaign_add, name="rules_campaign_add"),
    path("rules/campaigns/<number:pk>/", rules.campaign, name="rules_campaign"),
]
