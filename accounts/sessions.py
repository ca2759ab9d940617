"""Sessions that know whose they are.

Django's table holds the person only inside the signed payload, so that ending somebody's sessions
everywhere, or erasing them, would mean opening every row. Here it is one statement.
"""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore


class SessionStore(DatabaseSessionStore):
    @classmethod
    def get_model_class(cls):
        from accounts.models import Session  # noqa: PLC0415 (the model names this store as its own)

        return Session

    def create_model_instance(self, data):
        session = super().create_model_instance(data)
        session.user_id = data.get(SESSION_KEY)
        return session
