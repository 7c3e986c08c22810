#!/usr/bin/env python
"""Command line in, one Django management command out."""

import atexit
import gc
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    atexit.register(gc.freeze)  # the end need not look for garbage in all that was loaded: a third of a command's time
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as wrong:
        sys.exit(str(wrong))
