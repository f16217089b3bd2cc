"""How gunicorn forks: everything is loaded first, so that its processes share the memory of it."""

import gc
from typing import Any

preload_app = True
# A page makes some ten thousand objects and drops them again: looked through for cycles at every
# 700, as Python does, they cost a twentieth of the page.
SELDOM = (20_000, 20, 50)


def when_ready(server: Any) -> None:
    """Between loading and forking."""
    settle()


def settle() -> None:
    """Load the site map, which each first request would load otherwise, and freeze what is there.

    Frozen objects are left alone by every later collection, so their pages stay shared.
    """
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018 -- read for what reading it loads
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
