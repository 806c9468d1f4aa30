"""Addresses of the points room: redeeming and reversing, each in its own module."""

from apps.points import urls_customer, urls_redeem

app_name = "points"
urlpatterns = [*urls_customer.urlpatterns, *urls_redeem.urlpatterns]
