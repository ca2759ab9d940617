"""Sessions that know whose they are.

Django's table holds the person only inside the signed payload, so that ending somebody's sessions
everywhere, or erasing them, would mean opening every row. Here it is one statement.
"""

from functools import cache

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.db.models import CharField, DateTimeField
from django.utils import timezone

from recsys.lib.prepared import Parameter, Prepared


class SessionStore(DatabaseSessionStore):
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
        return self.decode(found[0][0])

    def create_model_instance(self, data):
        session = super().create_model_instance(data)
        session.user_id = data.get(SESSION_KEY)
        return session


@cache
def _kept(model) -> Prepared:
    """What is stored under a key that has not expired."""
    key, now = Parameter("key", CharField()), Parameter("now", DateTimeField())
    return Prepared(
        lambda: model.objects.filter(session_key=key, expire_date__gt=now).values("session_data")
    )
