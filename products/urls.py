"""The rooms' addresses, gathered."""

from products.catalog import urls as catalog

app_name = "products"
urlpatterns = [*catalog.urlpatterns]
