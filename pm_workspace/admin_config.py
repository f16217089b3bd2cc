"""Django's admin as an app, with the house's site in place of the stock one."""

from django.contrib.admin.apps import AdminConfig


class HouseAdminConfig(AdminConfig):
    """The site itself is imported once models are there."""

    default_site = "pm_workspace.admin_site.HouseAdminSite"

    def ready(self) -> None:
        """After every app has registered its models, put our pages over those of libraries."""
        super().ready()
        from pm_workspace import admin_libraries  # noqa: F401
