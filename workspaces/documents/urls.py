"""Addresses of documents."""

from django.urls import path

from workspaces.documents import views

ONE = "documents/<int:pk>/"
VERSION = f"{ONE}versions/<int:number>/"
inside = [
    path("documents/", views.documents, name="documents"),
    path("documents/new/", views.create, name="document_create"),
    path("documents/preview/", views.preview, name="document_preview"),
    path(ONE, views.document, name="document"),
    path(f"{ONE}write/", views.write, name="document_write"),
    path(f"{ONE}publish/", views.publish, name="document_publish"),
    path(f"{ONE}archive/", views.archive, name="document_archive"),
    path(f"{ONE}template/", views.keep_template, name="document_template"),
    path(VERSION, views.version, name="document_version"),
    path(f"{VERSION}compare/", views.compare, name="document_compare"),
    path(f"{VERSION}ask/", views.ask, name="document_ask"),
    path(f"{VERSION}sign/", views.sign, name="document_sign"),
    path(f"{VERSION}file.<str:extension>", views.take, name="document_file"),
]
