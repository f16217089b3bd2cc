"""Addresses of approvals; the page of one is every record's."""

from django.urls import path

from workspaces.approvals import views

inside = [
    path("approvals/", views.approvals, name="approvals"),
    path("approvals/new/", views.ask, name="approval_ask"),
    path("approvals/<int:pk>/decide/", views.decide, name="approval_decide"),
    path("approvals/<int:pk>/withdraw/", views.withdraw, name="approval_withdraw"),
    path("approvals/<int:pk>/delegate/", views.delegate, name="approval_delegate"),
    path("approvals/<int:pk>/reassign/", views.reassign, name="approval_reassign"),
]
