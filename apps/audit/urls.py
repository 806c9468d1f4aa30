"""Addresses of the trail."""

app_name = "audit"
urlpatterns: list[object] = []
