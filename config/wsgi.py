"""The application that gunicorn serves: `gunicorn config.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def cached_application():
    """Django inside the page cache, and the log of requests around both if it is wanted."""
    django_application = get_wsgi_application()
    # Imported here, because they need the settings and the models.
    from django.conf import settings

    from articles.models.read_count import add_reads
    from config.page_deadlines import next_deadline
    from config.watching.web_figures import watch
    from config.web.cache.cached_page import KEPT_SECONDS
    from config.web.cache.deadlines import Deadlines
    from config.web.cache.page_cache import PageCache
    from config.web.cache.read_counts import ReadCounter
    from config.web.checks import check_at_start
    from config.web.requests.sent_forms import Utf8Request
    from config.web.watching.log_lines import RequestLog

    check_at_start()
    django_application.request_class = Utf8Request
    deadlines, reads = Deadlines(next_deadline, look_back=KEPT_SECONDS), ReadCounter(add_reads)
    cache = PageCache(
        django_application,
        deadlines=deadlines,
        reads=reads,
        shares=settings.SHARED_PAGES_BYTES > 0,
    )
    watch(cache)
    return RequestLog(cache) if settings.LOG_REQUESTS else cache


application = cached_application()
