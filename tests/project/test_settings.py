import json
import os
import subprocess
import sys

from django.conf import settings

from recommendations import defaults


def run(*command, **environment):
    kept = {name: value for name, value in os.environ.items() if name != "SECRET_KEY"}
    return subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=kept | {"DEBUG": "false", "DJANGO_SETTINGS_MODULE": "recsys.settings"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_secret_key_a_command_says_so_in_one_line():
    done = run("manage.py", "check")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "The settings are not complete: Set the SECRET_KEY environment variable"
    ]


def test_one_weight_is_changed_from_outside_and_the_others_stay():
    script = (
        "import json; from recsys import settings; print(json.dumps(settings.RECSYS_HOMEPAGE))"
    )
    done = run("-c", script, SECRET_KEY="x", RECSYS_HOMEPAGE='{"per_category": 5}')
    assert json.loads(done.stdout) == defaults.HOMEPAGE | {"per_category": 5}
