"""The database tells every process which pages changed."""

from django.db import migrations

from config.web.cache.change_triggers import DROP_TELL, TELL


class Migration(migrations.Migration):
    dependencies = [("web", "0001_initial")]

    operations = [migrations.RunSQL(TELL, DROP_TELL)]
