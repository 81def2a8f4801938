"""The application that gunicorn serves: `gunicorn config.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def cached_application():
    """Django inside the page cache."""
    django_application = get_wsgi_application()
    # Imported here, because they need the settings and the models.
    from config.page_deadlines import next_deadline
    from config.web.cache.deadlines import Deadlines
    from config.web.cache.page_cache import PageCache
    from config.web.checks import check_at_start
    from config.web.requests.sent_forms import Utf8Request

    check_at_start()
    django_application.request_class = Utf8Request
    return PageCache(django_application, deadlines=Deadlines(next_deadline))


application = cached_application()
