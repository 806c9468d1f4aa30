"""What gunicorn serves: gunicorn apps.sandbox.wsgi:application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "apps.sandbox.settings"
application = get_wsgi_application()
