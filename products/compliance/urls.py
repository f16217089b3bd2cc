"""Addresses of compliance beyond what every record has."""

from django.urls import path

from products.compliance import views, views_evidence, views_evidence_pack, views_packs

urlpatterns = [
    path("compliance/", views.overview, name="compliance"),
    path("products/<int:pk>/answers/", views.answer, name="compliance_answer"),
    path("products/<int:pk>/evidence/new/", views_evidence.new, name="evidence_new"),
    path("products/<int:pk>/waivers/new/", views.waiver_new, name="waiver_new"),
    path(
        "products/<int:pk>/evidence-pack/", views_evidence_pack.product_pack, name="evidence_pack"
    ),
    path("waivers/<int:pk>/decide/", views.waiver_decide, name="waiver_decide"),
    path("waivers/<int:pk>/end/", views.waiver_end, name="waiver_end"),
    path("evidence/<int:pk>/", views_evidence.evidence, name="evidence"),
    path("evidence/<int:pk>/file/", views_evidence.download, name="evidence_file"),
    path("evidence/<int:pk>/review/", views_evidence.review, name="evidence_review"),
    path("evidence/<int:pk>/revoke/", views_evidence.revoke, name="evidence_revoke"),
    path("evidence/<int:pk>/use/", views_evidence.use, name="evidence_use"),
    path("compliance/packs/", views_packs.packs, name="rule_packs"),
    path("compliance/packs/import/", views_packs.bring_in, name="rule_pack_import"),
    path("compliance/packs/<slug:pack>/", views_packs.pack, name="rule_pack"),
    path("compliance/packs/<slug:pack>/file/", views_packs.file, name="rule_pack_file"),
    path(
        "compliance/packs/<slug:pack>/versions/<slug:version>/",
        views_packs.impact,
        name="rule_pack_impact",
    ),
    path(
        "compliance/packs/<slug:pack>/versions/<slug:version>/activate/",
        views_packs.activate,
        name="rule_pack_activate",
    ),
    path("compliance/packs/<slug:pack>/stop/", views_packs.stop, name="rule_pack_stop"),
    path("compliance/packs/<slug:pack>/reviewed/", views_packs.reviewed, name="rule_pack_reviewed"),
]
