"""gunicorn for the bare applications: the settings of our own configuration."""

import os

bind = f"{os.environ['HOST']}:{os.environ['PORT']}"
worker_class = "gthread"
workers = 1
threads = 16
keepalive = 75
accesslog = None
errorlog = "-"
loglevel = "warning"
