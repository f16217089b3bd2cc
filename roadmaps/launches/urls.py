"""Addresses of launches."""

from django.urls import path

from roadmaps.documents import views as views_documents
from roadmaps.launches import views, views_acts, views_proof, views_weights
from roadmaps.slots import views as slots

urlpatterns = [
    path("launches/", views.launches, name="launches"),
    path("launches/new/", views.new, name="launch_new"),
    path("launches/weights/", views_weights.weights, name="launch_weights"),
    path("launches/<int:pk>/", views.launch, name="launch"),
    path("launches/<int:pk>/move/", views_acts.move, name="launch_move"),
    path("launches/<int:pk>/scope/", views_acts.scope, name="launch_scope"),
    path("launches/<int:pk>/plan/tasks/", views_acts.tasks, name="launch_tasks"),
    path("launches/<int:pk>/marketing/move/", views_acts.marketing, name="launch_marketing"),
    path("launches/<int:pk>/waits/", views_acts.waits, name="launch_waits"),
    path("launches/<int:pk>/offers/", views_acts.offers, name="launch_offers"),
    path("launches/<int:pk>/tier/", views_acts.tier, name="launch_tier"),
    path("launches/<int:pk>/lines/", views_proof.lines, name="launch_lines"),
    path("launches/<int:pk>/runs/", views_proof.runs, name="launch_runs"),
    path("launches/<int:pk>/sign/", views_proof.sign, name="launch_sign"),
    path("launches/<int:pk>/documents/new/", views_documents.begin, name="launch_document"),
    path("launches/<int:pk>/evidence-pack/", views_documents.evidence_pack, name="launch_evidence"),
    path("launches/<int:pk>/override/", views_proof.override, name="launch_override"),
    path("launches/<int:pk>/by-hand/", views_proof.by_hand, name="launch_by_hand"),
    path("launches/<int:pk>/slots/", slots.propose, name="launch_slots"),
    path("launches/<int:pk>/slots/decide/", slots.decide, name="launch_slot_decide"),
    path("launches/<int:pk>/<slug:tab>/", views.launch, name="launch"),
]
