"""Addresses of the rules."""

from django.urls import URLPattern, path, register_converter

from apps.core.converters import MonthConverter, WordConverter
from apps.goodwill.views.rules import budgets, limits, overview, reasons, series, times

register_converter(MonthConverter, "month")
register_converter(WordConverter, "outside")

urlpatterns: list[URLPattern] = [
    path("rules/", overview.rules, name="rules"),
    path("rules/reasons/", reasons.rules_reasons, name="rules_reasons"),
    path("rules/reasons/add/", reasons.rules_reason_add, name="rules_reason_add"),
    path("rules/reasons/<int:pk>/", reasons.rules_reason, name="rules_reason"),
    path("rules/reasons/<int:pk>/remove/", reasons.rules_reason_remove, name="rules_reason_remove"),
    path("rules/reasons/<int:pk>/up/", reasons.rules_reason_move, {"up": True}, name="rules_reason_up"),
    path("rules/reasons/<int:pk>/down/", reasons.rules_reason_move, {"up": False}, name="rules_reason_down"),
    path("rules/limits/", limits.rules_limits, name="rules_limits"),
    path("rules/limits/add/", limits.rules_limit_add, name="rules_limit_add"),
    path("rules/limits/applies/", limits.rules_applies, name="rules_applies"),
    path("rules/limits/<int:pk>/", limits.rules_limit, name="rules_limit"),
    path("rules/limits/<int:pk>/remove/", limits.rules_limit_remove, name="rules_limit_remove"),
    path("rules/budgets/", budgets.rules_budgets, name="rules_budgets"),
    path("rules/budgets/<month:month>/copy/", budgets.rules_budgets_copy, name="rules_budgets_copy"),
    path("rules/budgets/<month:month>/<int:pk>/", budgets.rules_budget, name="rules_budget"),
    path("rules/series/", series.rules_series, name="rules_series"),
    path("rules/series/<outside:outside_id>/allow/", series.rules_series_allow, name="rules_series_allow"),
    path("rules/series/<int:pk>/stop/", series.rules_series_stop, name="rules_series_stop"),
    path("rules/times/", times.rules_times, name="rules_times"),
    path("rules/times/<int:pk>/", times.rules_times_set, name="rules_times_set"),
    path("rules/times/<int:pk>/remove/", times.rules_times_remove, name="rules_times_remove"),
]
