"""Addresses of deciding."""

from django.urls import URLPattern, path

from apps.goodwill.views import budget, bulk, decide, evidence, queue

urlpatterns: list[URLPattern] = [
    path("approvals/", queue.approvals, name="approvals"),
    path("approvals/several/", bulk.several, name="approvals_several"),
    path("approvals/<whole:pk>/", evidence.evidence, name="evidence"),
    path("approvals/<whole:pk>/year/", evidence.year, name="evidence_year"),
    path("approvals/<whole:pk>/approve/", decide.approve, name="evidence_approve"),
    path("approvals/<whole:pk>/reject/", decide.reject, name="evidence_reject"),
    path("approvals/<whole:pk>/send-back/", decide.send_back, name="evidence_send_back"),
    path("budget/", budget.budget, name="store_budget"),
]
