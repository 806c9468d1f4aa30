"""The console's addresses, room by room."""

from django.urls import include, path

urlpatterns = [
    path("", include("apps.staff.urls")),
    path("customers/", include("apps.customers.urls")),
    path("goodwill/", include("apps.goodwill.urls")),
    path("points/", include("apps.points.urls")),
    path("referrals/", include("apps.referrals.urls")),
    path("trail/", include("apps.audit.urls")),
    path("", include("apps.operations.urls")),
]
