"""Addresses of asking and following requests."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
