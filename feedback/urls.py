"""The rooms' addresses, gathered."""

from feedback.announcements import urls as announcements
from feedback.enrichment import urls as enrichment
from feedback.ideas import urls as ideas
from feedback.inbox import urls as inbox
from feedback.portal import urls as portal
from feedback.segments import urls as segments
from feedback.sources import urls as sources

app_name = "feedback"
urlpatterns = [
    *inbox.urlpatterns,
    *enrichment.urlpatterns,
    *ideas.urlpatterns,
    *segments.urlpatterns,
    *announcements.urlpatterns,
    *portal.urlpatterns,
    *sources.urlpatterns,
]
