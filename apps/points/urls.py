"""Addresses of the points room: what the customer's page shows, redeeming, reversing and the rules."""

from apps.points import urls_customer, urls_redeem, urls_reverse, urls_rules

app_name = "points"
urlpatterns = [
    *urls_customer.urlpatterns,
    *urls_redeem.urlpatterns,
    *urls_reverse.urlpatterns,
    *urls_rules.urlpatterns,
]
