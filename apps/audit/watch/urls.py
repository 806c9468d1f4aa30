"""Addresses of the watch, below those of the trail."""

from django.urls import path

from apps.audit.watch import views

urlpatterns = [
    path("", views.items, name="watch"),
    path("<int:pk>/", views.item, name="watch_item"),
    path("<int:pk>/look/", views.look, name="watch_look"),
]
