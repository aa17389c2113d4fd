"""The settings of Django, which a process can have once: its tests share them."""

from __future__ import annotations

from typing import Any

from django.conf import settings

__all__ = ["set_up", "urls"]


class urls:  # noqa: N801
    """Stands in for a module of routes."""

    urlpatterns: list[Any] = []  # noqa: RUF012


def set_up() -> None:
    """Configure Django, if that was not done."""
    if settings.configured:
        return
    # Pages of one's own need a token against forged requests; Palomma has none.
    settings.configure(
        ALLOWED_HOSTS=["testserver"],
        ROOT_URLCONF=urls,
        MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
        LOGGING_CONFIG=None,
    )
    import django

    django.setup()
