"""Django's admin on the same store: asked what the dashboard was asked, in an environment apart.

Django is installed into a throw-away virtual environment. Its pages are made in process, by its own
test client: no web server, no network and no browser are counted, which is in its favour.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

DJANGO = "django==5.2.8"
QUESTIONS = {
    "page": "p=2",
    "end": "p={last}",
    "sort": "o=2",
    "turn round": "o=-2",
    "first letter": "q=k",
    "fifth letter": "q=kovac",
    "rare": "q=companyadmin",
    "none": "q=zqzqq",
    "clear": "",
}
"""What the admin is asked for each key of ours; an arrow asks it nothing."""

SITE = """
import json, statistics, sys, time
import django
from django.conf import settings

store, own, rounds, questions = json.loads(sys.argv[1])
settings.configure(
    SECRET_KEY="benchmark", ALLOWED_HOSTS=["*"], ROOT_URLCONF="__main__", USE_TZ=True,
    INSTALLED_APPS=["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
                    "django.contrib.sessions", "django.contrib.messages"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware",
                "django.contrib.auth.middleware.AuthenticationMiddleware",
                "django.contrib.messages.middleware.MessageMiddleware"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
                "OPTIONS": {"context_processors": ["django.template.context_processors.request",
                            "django.contrib.auth.context_processors.auth",
                            "django.contrib.messages.context_processors.messages"]}}],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": own},
               "store": {"ENGINE": "django.db.backends.sqlite3", "NAME": store}},
    STATIC_URL="/static/",
)
django.setup()
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import models
from django.test import Client
from django.urls import path

class Person(models.Model):
    email = models.TextField()
    username = models.TextField()
    display_name = models.TextField()
    status = models.TextField()
    created_at = models.DateTimeField()
    class Meta:
        app_label, managed, db_table = "auth", False, "user"

class People(admin.ModelAdmin):
    list_display = ("email", "display_name", "status", "created_at")
    search_fields = ("email", "username", "display_name")
    list_filter = ("status",)
    list_per_page, ordering = 100, ("-created_at", "-id")
    def get_queryset(self, request):
        return super().get_queryset(request).using("store")

admin.site.register(Person, People)
urlpatterns = [path("admin/", admin.site.urls)]
call_command("migrate", verbosity=0)
client = Client()
client.force_login(User.objects.create_superuser("benchmark"))
last = (Person.objects.using("store").count() + 99) // 100
took = {}
for name, question in questions.items():
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        answer = client.get("/admin/auth/person/?" + question.format(last=last))
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, (name, answer.status_code)
    took[name] = statistics.median(times)
print(json.dumps(took))
"""


def beside(store: Path, ours: dict[str, float], directory: Path, rounds: int) -> None:
    """Print what Django's admin takes for the same questions, and how many times ours that is."""
    theirs = asked(store, directory, min(rounds, 3))
    print(f"\n{'milliseconds, median':22}{'ours':>14}{'Django admin':>14}  ratio")
    for name, time in theirs.items():
        print(f"{name:22}{ours[name]:14.1f}{time:14.1f}{time / ours[name]:7.1f}")


def asked(store: Path, directory: Path, rounds: int) -> dict[str, float]:
    """Return the milliseconds of each question to Django's admin."""
    place = directory / "django"
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    python = place / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", DJANGO], check=True)
    site = directory / "site.py"
    site.write_text(SITE)
    asking = json.dumps([str(store), str(directory / "own.db"), rounds, QUESTIONS])
    answer = subprocess.run([python, site, asking], check=True, stdout=subprocess.PIPE)
    took: dict[str, float] = json.loads(answer.stdout)
    return took
