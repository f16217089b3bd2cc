"""The rooms' addresses, gathered."""

from roadmaps.items import urls as items
from roadmaps.launches import urls as launches
from roadmaps.priorities import urls as priorities
from roadmaps.rounds import urls as rounds
from roadmaps.sharing import urls as sharing
from roadmaps.snapshots import urls as snapshots
from roadmaps.timeline import urls as timeline

app_name = "roadmaps"
urlpatterns = [
    *timeline.urlpatterns,
    *snapshots.urlpatterns,
    *sharing.urlpatterns,
    *items.urlpatterns,
    *priorities.urlpatterns,
    *rounds.urlpatterns,
    *launches.urlpatterns,
]
