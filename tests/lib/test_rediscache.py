"""How it differs from Django's Redis cache. That it is a cache: recommendations/test_cache.py."""

import environ

from recsys.lib.rediscache import RedisCache


def test_every_call_uses_the_same_client():
    clients = RedisCache("redis://127.0.0.1:1/0", {})._cache
    assert clients.get_client("a") is clients.get_client("b", write=True)


def test_readers_and_the_writer_of_several_servers_have_their_own():
    clients = RedisCache("redis://127.0.0.1:1/0,redis://127.0.0.1:2/0", {})._cache
    ports = [
        clients.get_client(write=write).connection_pool.connection_kwargs["port"]
        for write in (True, False)
    ]
    assert ports == [1, 2]


def test_the_address_of_the_environment_leads_to_it_with_its_options():
    env = environ.Env()
    asked = env.cache_url_config("redis://127.0.0.1:1/5?max_connections=7")
    assert asked["BACKEND"] == "recsys.lib.rediscache.RedisCache"
    pool = RedisCache(asked["LOCATION"], asked)._cache.get_client().connection_pool
    assert (pool.max_connections, pool.connection_kwargs["db"]) == (7, 5)
