"""The console's addresses, room by room."""

from django.urls import include, path

from apps.staff.api.views import Document, NotThere

urlpatterns = [
    path("", include("apps.staff.urls")),
    path("customers/", include("apps.customers.urls")),
    path("goodwill/", include("apps.goodwill.urls")),
    path("points/", include("apps.points.urls")),
    path("referrals/", include("apps.referrals.urls")),
    path("api/v1/trail/", include("apps.audit.api.urls")),
    path("api/v1/openapi.json", Document.as_view(), name="api_v1_document"),
    path("api/v1/customers/", include("apps.customers.api.urls")),
    path("api/v1/goodwill/", include("apps.goodwill.api.urls")),
    path("api/v1/", include("apps.points.api.urls")),
    path("api/v1/referrals/", include("apps.referrals.api.urls")),
    path("api/v1/operations/", include("apps.operations.api.urls")),
    path("api/v1/<path:rest>", NotThere.as_view(), name="api_v1_not_there"),
    path("trail/", include("apps.audit.urls")),
    path("", include("apps.operations.urls")),
]
