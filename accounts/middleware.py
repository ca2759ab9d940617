"""Who is asking: Django's middleware, a statement shorter."""

from typing import cast

from django.contrib import auth
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, middleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from accounts.backends import AccountBackend
from accounts.models import User
from accounts.sessions import SessionStore

OURS = f"{AccountBackend.__module__}.{AccountBackend.__qualname__}"


class AuthenticationMiddleware(middleware.AuthenticationMiddleware):
    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = cast("User", SimpleLazyObject(lambda: _who_asks(request)))


def _who_asks(request: HttpRequest) -> User | AnonymousUser:
    """The person whom the session brought along, once all is checked that Django checks.

    Where anything is amiss (locked out, another password since, a former secret key), or there is
    nobody, Django's own way decides, and does what is to be done about the session.
    """
    session = cast("SessionStore", request.session)
    is_ours = session.get(BACKEND_SESSION_KEY) == OURS  # which reads the session, if there is one
    person = session.person
    if (
        is_ours
        and person is not None
        and session.get(auth.SESSION_KEY) == str(person.pk)
        and AccountBackend().user_can_authenticate(person)
        and constant_time_compare(
            session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash()
        )
    ):
        return person
    return auth.get_user(request)
