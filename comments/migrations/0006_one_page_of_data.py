from django.db import migrations


class Migration(migrations.Migration):
    """Requests for one's data belong to all apps: config/your_data/."""

    dependencies = [("comments", "0005_waiting_mail")]

    operations = [migrations.DeleteModel("DataRequest")]
