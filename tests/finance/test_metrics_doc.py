"""The documentation of the figures says what the catalogue says."""

from pathlib import Path

from django.conf import settings

from finance.metrics.documenting import markdown


def test_the_page_is_up_to_date():
    page = Path(settings.BASE_DIR) / "docs" / "metrics.md"
    assert page.read_text(encoding="utf-8") == markdown()
