"""The application that gunicorn serves: `gunicorn config.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def cached_application():
    """Django inside the page cache."""
    django_application = get_wsgi_application()
    # Imported here, because they need the settings and the models.
    from articles.models.read_count import add_reads
    from config.page_deadlines import next_deadline
    from config.web.cache.deadlines import Deadlines
    from config.web.cache.page_cache import PageCache
    from config.web.cache.read_counts import ReadCounter
    from config.web.checks import check_at_start
    from config.web.requests.sent_forms import Utf8Request

    check_at_start()
    django_application.request_class = Utf8Request
    deadlines, reads = Deadlines(next_deadline), ReadCounter(add_reads)
    return PageCache(django_application, deadlines=deadlines, reads=reads)


application = cached_application()
