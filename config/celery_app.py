"""The application that Celery's workers run: `celery -A config.celery_app worker`.

With TASKS_BACKEND=celery only. A web process imports it to hand tasks over.
"""

import os

from celery import Celery
from django.conf import settings

from config.growth_settings import celery_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("colophon", set_as_current=False)
app.conf.update(celery_settings(settings.REDIS_URL))
app.autodiscover_tasks()
