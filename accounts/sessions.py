"""Sessions that know whose they are.

Django's table holds the person only inside the signed payload, so that ending somebody's sessions
everywhere, or erasing them, would mean opening every row. Here it is one statement; and the one
that reads a session brings its person along.
"""

from functools import cache

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.db.models import CharField, DateTimeField
from django.utils import timezone

from recsys.lib.prepared import Parameter, Prepared


class SessionStore(DatabaseSessionStore):
    person = None
    """The account as it was when the session was read; whether it may sign in is not said."""

    @classmethod
    def get_model_class(cls):
        from accounts.models import Session  # noqa: PLC0415 (the model names this store as its own)

        return Session

    def load(self):
        """As Django does, by a statement compiled once: every page of a member begins with it."""
        found = _kept(self.model).tuples(key=self.session_key, now=timezone.now())
        if not found:
            self._session_key = None
            return {}
        data, *account = found[0]
        self.person = self.model.person_from(account)
        return self.decode(data)

    def create_model_instance(self, data):
        session = super().create_model_instance(data)
        session.user_id = data.get(SESSION_KEY)
        return session


@cache
def _kept(model) -> Prepared:
    """What is stored under a key that has not expired, and the account it belongs to."""
    key, now = Parameter("key", CharField()), Parameter("now", DateTimeField())
    unexpired = model.objects.filter(session_key=key, expire_date__gt=now)
    return Prepared(lambda: unexpired.values_list("session_data", *model.PERSON))
