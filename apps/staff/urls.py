"""Addresses of signing in, one's own account, people and stores."""

from django.urls import path

from apps.staff import account, sign_in, views

app_name = "staff"

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("account/", account.account, name="account"),
    path("account/preferences/", account.preferences, name="preferences"),
    path("account/password/", account.password, name="password"),
    path("account/store/", account.store_switch, name="store_switch"),
    path("people/", views.people, name="people"),
    path("people/<int:pk>/mobile/", views.person_mobile, name="person_mobile"),
    path("stores/", views.stores, name="stores"),
]
