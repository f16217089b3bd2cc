"""The rooms' addresses, gathered."""

from feedback.enrichment import urls as enrichment
from feedback.ideas import urls as ideas
from feedback.inbox import urls as inbox

app_name = "feedback"
urlpatterns = [*inbox.urlpatterns, *ideas.urlpatterns, *enrichment.urlpatterns]
