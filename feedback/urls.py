"""The rooms' addresses, gathered."""

from feedback.inbox import urls as inbox

app_name = "feedback"
urlpatterns = [*inbox.urlpatterns]
