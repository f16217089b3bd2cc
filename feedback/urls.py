"""The rooms' addresses, gathered."""

from feedback.ideas import urls as ideas
from feedback.inbox import urls as inbox
from feedback.sources import urls as sources

app_name = "feedback"
urlpatterns = [*inbox.urlpatterns, *ideas.urlpatterns, *sources.urlpatterns]
