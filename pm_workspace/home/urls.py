"""Home's addresses."""

app_name = "home"
urlpatterns = []
