"""The rooms' addresses, gathered."""

from products.catalog import urls as catalog
from products.compliance import urls as compliance

app_name = "products"
urlpatterns = [*compliance.urlpatterns, *catalog.urlpatterns]
