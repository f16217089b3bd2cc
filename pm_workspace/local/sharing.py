"""How gunicorn forks: everything is loaded first, so that its processes share the memory of it."""

import gc
from pathlib import Path
from typing import Any

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"
preload_app = True
# A page makes some ten thousand objects and drops them again: looked through for cycles at every
# 700, as Python does, they cost a twentieth of the page.
SELDOM = (20_000, 20, 50)


def when_ready(server: Any) -> None:
    """Between loading and forking."""
    settle()


def settle() -> None:
    """Load the site map and the templates, which each would load for itself, and freeze all.

    Frozen objects are left alone by every later collection, so their pages stay shared.
    """
    from django.template.loader import get_template
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018 -- read for what reading it loads
    for path in sorted(TEMPLATES.rglob("*.html")):
        get_template(str(path.relative_to(TEMPLATES)))
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
