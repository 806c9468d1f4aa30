"""Addresses of subject requests, below those of the trail."""

from django.urls import path

from apps.audit.subject_requests import views

urlpatterns = [
    path("", views.requests, name="subject_requests"),
    path("new/", views.request_new, name="subject_request_new"),
    path("<int:pk>/", views.request_one, name="subject_request"),
    path("<int:pk>/pack/", views.pack_make, name="subject_pack_make"),
    path("<int:pk>/pack/fetch/", views.pack_fetch, name="subject_pack_fetch"),
    path("<int:pk>/answer/", views.request_answer, name="subject_request_answer"),
    path("<int:pk>/refuse/", views.request_refuse, name="subject_request_refuse"),
    path("<int:pk>/ask/", views.erasure_ask, name="subject_erasure_ask"),
    path("<int:pk>/confirm/", views.erasure_confirm, name="subject_erasure_confirm"),
]
