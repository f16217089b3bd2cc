"""Addresses of tasks; the page of one is every record's."""

from django.urls import path

from workspaces.todo import views

inside = [
    path("tasks/", views.mine, name="tasks"),
    path("tasks/add/", views.add, name="task_add"),
    path("tasks/new/", views.create, name="task_new"),
    path("tasks/<int:pk>/edit/", views.edit, name="task_edit"),
    path("tasks/<int:pk>/move/", views.move, name="task_move"),
    path("tasks/<int:pk>/due/", views.due, name="task_due"),
    path("tasks/<int:pk>/snooze/", views.snooze, name="task_snooze"),
    path("tasks/<int:pk>/wake/", views.wake, name="task_wake"),
    path("tasks/<int:pk>/waits/", views.waits, name="task_waits"),
    path("tasks/<int:pk>/checklist/", views.items, name="task_items"),
    path("tasks/<int:pk>/checklist/<int:item>/", views.item, name="task_item"),
]
