"""The site of the tests: a folder of its own, so that no test meets anybody's clinic.

Here and not in `tests`, because the examples in the source are run as tests too.
"""

from __future__ import annotations

import os
import tempfile

os.environ["LOWDOSE_CLINIC_FOLDER"] = tempfile.mkdtemp(prefix="lowdose-test-site-")
os.environ["LOWDOSE_CLINIC_SECOND_FACTOR"] = "offered"
os.environ["DJANGO_SETTINGS_MODULE"] = "lowdose.clinic.settings"
os.environ.pop("LOWDOSE_CLINIC_ORIGIN", None)

import django  # after the site is named

from lowdose.clinic.site import prepare_site, site_from

prepare_site(site_from(os.environ))
django.setup()

from django.conf import settings

# The real ones take a tenth of a second for each password, on purpose.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
