"""The rooms' addresses, gathered."""

from roadmaps.items import urls as items

app_name = "roadmaps"
urlpatterns = [*items.urlpatterns]
