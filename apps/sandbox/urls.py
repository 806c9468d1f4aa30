"""Every address of the look-alike."""

from django.urls import URLPattern, URLResolver, path, re_path

from apps.sandbox.api import (
    oauth,
    v2_coupons,
    v2_customers,
    v2_goodwill,
    v2_history,
    v2_ledger,
    v2_organisation,
    v2_referrals,
    v2_reverse,
    v11_contact,
    v11_customer,
    v11_organisation,
    v11_redeem,
    v11_redeemable,
    v11_redemptions,
    v11_referrals,
    v11_request_add,
    v11_request_decide,
    v11_request_read,
    v11_series,
    v11_transactions,
    v11_validation_code,
)
from apps.sandbox.api.missing import MissingView
from apps.sandbox.control import api as control
from apps.sandbox.control import goodwill, pages, points_page, points_views, referral_page, referrals

_CONTROL: list[URLPattern | URLResolver] = [
    path("_control/", pages.control, name="control"),
    path("_control/style.css", pages.style, name="style"),
    path("_control/messages/", pages.messages, name="messages"),
    path("_control/messages.json", control.MessagesView.as_view()),
    path("_control/goodwill/", pages.requests, name="goodwill"),
    path("_control/goodwill.json", goodwill.GoodwillView.as_view()),
    re_path(
        r"^_control/goodwill/(?P<request_id>[0-9]{1,18})/(?P<verdict>approve|reject|credit)$",
        goodwill.VerdictView.as_view(),
    ),
    path("_control/referrals/", referral_page.referrals, name="referrals"),
    path("_control/referrals.json", referrals.ReferralsView.as_view()),
    path("_control/referrals/pass", referrals.PassView.as_view()),
    re_path(
        r"^_control/referrals/(?P<referral_id>[0-9]{1,18})/(?P<act>register|buy|reward)$",
        referrals.GrowView.as_view(),
    ),
    path("_control/redemptions/", points_page.redemptions, name="redemptions"),
    path("_control/redemptions.json", points_views.RedemptionsView.as_view()),
    path("_control/reversals.json", points_views.ReversalsView.as_view()),
    path("_control/codes.json", points_views.CodesView.as_view()),
    path("_control/credits.json", points_views.CreditsView.as_view()),
    path("_control/faults/", control.FaultsView.as_view()),
    path("_control/faults/<int:fault_id>/", control.FaultsView.as_view()),
    path("_control/switches/", control.SwitchesView.as_view()),
    path("_control/requests/", control.RequestsView.as_view()),
    path("_control/tokens/", control.TokensView.as_view()),
    path("_control/reset", control.ResetView.as_view()),
    path("", pages.home),
]

_V2: list[URLPattern | URLResolver] = [
    path("v3/oauth/token/generate", oauth.TokenView.as_view()),
    path("v2/customers/lookup", v2_customers.LookupView.as_view()),
    path("v2/customers/lookup/customerDetails", v2_customers.DetailsView.as_view()),
    path("v2/customers/lookup/loyaltyDetails", v2_history.LoyaltyDetailsView.as_view()),
    path("v2/customers/lookup/referrals", v2_referrals.ReferralsView.as_view()),
    path("v2/customers/referrals", v2_referrals.ReferralsView.as_view()),
    path("v2/organization/programs", v2_organisation.ProgrammesView.as_view()),
    path("v2/organization/till", v2_organisation.TillView.as_view()),
    path("v2/organization/configs/<str:name>", v2_organisation.ConfigView.as_view()),
    path("v2/referral/validate", v2_referrals.ValidateView.as_view()),
    path("v2/customers/search", v2_customers.SearchView.as_view()),
    path("v2/customers/coupons", v2_coupons.BasicView.as_view()),
    path("v2/customers/<int:customer_id>", v2_customers.DetailsView.as_view()),
    path("v2/customers/<int:customer_id>/loyaltyDetails", v2_history.LoyaltyDetailsView.as_view()),
    path("v2/customers/<int:customer_id>/statusLog", v2_history.StatusLogView.as_view()),
    path("v2/customers/<int:customer_id>/goodwillRequest", v2_goodwill.GoodwillView.as_view()),
    path("v2/customers/<int:customer_id>/coupons", v2_coupons.DetailedView.as_view()),
    path("v2/customers/<int:customer_id>/referrals", v2_referrals.ReferralsView.as_view()),
    path("v2/points/reverse", v2_reverse.ReverseView.as_view()),
    # The reference prints both addresses with a doubled slash; a caller may write either.
    re_path(r"^v2//?pointsLedger/getCustomerLedgerBalance$", v2_ledger.BalanceView.as_view()),
    re_path(r"^v2//?pointsLedger/getCustomerLedgerInfo$", v2_ledger.InformationView.as_view()),
]

_FORMAT = r"(?:\.(?P<format>json|xml))?$"
_V11: list[URLPattern | URLResolver] = [
    re_path(rf"^v1\.1/customer/get{_FORMAT}", v11_customer.GetView.as_view()),
    re_path(rf"^v1\.1/customer/transactions{_FORMAT}", v11_transactions.TransactionsView.as_view()),
    re_path(rf"^v1\.1/customer/redemptions{_FORMAT}", v11_redemptions.RedemptionsView.as_view()),
    re_path(rf"^v1\.1/customer/coupons{_FORMAT}", v11_contact.CouponsView.as_view()),
    re_path(rf"^v1\.1/customer/notes{_FORMAT}", v11_contact.NotesView.as_view()),
    re_path(rf"^v1\.1/customer/referrals{_FORMAT}", v11_referrals.ReferralsView.as_view()),
    re_path(rf"^v1\.1/coupon/series{_FORMAT}", v11_series.SeriesView.as_view()),
    re_path(rf"^v1\.1/organization/get{_FORMAT}", v11_organisation.OrganisationView.as_view()),
    re_path(rf"^v1\.1/points/isredeemable{_FORMAT}", v11_redeemable.RedeemableView.as_view()),
    re_path(rf"^v1\.1/points/validationcode{_FORMAT}", v11_validation_code.ValidationCodeView.as_view()),
    re_path(rf"^v1\.1/points/redeem{_FORMAT}", v11_redeem.RedeemView.as_view()),
    re_path(rf"^v1\.1/request/add{_FORMAT}", v11_request_add.AddView.as_view()),
    re_path(rf"^v1\.1/request/approve{_FORMAT}", v11_request_decide.ApproveView.as_view()),
    re_path(rf"^v1\.1/request/reject{_FORMAT}", v11_request_decide.RejectView.as_view()),
    re_path(rf"^v1\.1/request/get{_FORMAT}", v11_request_read.GetView.as_view()),
    re_path(rf"^v1\.1/request/logs{_FORMAT}", v11_request_read.LogsView.as_view()),
]

urlpatterns = [*_CONTROL, *_V2, *_V11, re_path(r"^v", MissingView.as_view())]
