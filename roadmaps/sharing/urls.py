"""Addresses of sharing, for members."""

from django.urls import path

from roadmaps.sharing import views, views_launches, views_links

urlpatterns = [
    path("roadmap/share/", views.share, name="share"),
    path("roadmap/as/", views.view_as, name="view_as"),
    path("roadmap/file.<str:extension>", views.taken_away, name="roadmap_file"),
    path("launches/<int:pk>/share/", views_launches.share, name="launch_share"),
    path("launches/<int:pk>/as/", views_launches.view_as, name="launch_as"),
    path("roadmap/audiences/", views.audiences, name="audiences"),
    path("roadmap/audiences/<int:pk>/", views.audience, name="audience"),
    path("roadmap/audiences/<int:pk>/delete/", views.delete_audience, name="audience_delete"),
    path("roadmap/links/", views_links.links, name="share_links"),
    path("roadmap/shares/<int:pk>/", views_links.link, name="share_link"),
    path("roadmap/shares/<int:pk>/revoke/", views_links.revoke, name="share_revoke"),
    path("roadmap/shares/<int:pk>/reopen/", views_links.reopen, name="share_reopen"),
    path("roadmap/shares/<int:pk>/renew/", views_links.renew, name="share_renew"),
    path("roadmap/shares/<int:pk>/delete/", views_links.delete, name="share_delete"),
    path("roadmap/said/<int:pk>/<slug:act>/", views_links.read_comment, name="guest_comment"),
]
