"""Says by its exit status whether PostgreSQL and Redis answer, for the second test run."""

import sys

import psycopg
import redis


def postgres_answers(url: str) -> bool:
    """The server answers; the database of the name need not exist."""
    server = url.rsplit("/", 1)[0] + "/postgres"
    try:
        psycopg.connect(server.replace("postgres://", "postgresql://", 1), connect_timeout=3).close()
    except psycopg.Error as error:
        print(f"PostgreSQL: {error}", file=sys.stderr)
        return False
    return True


def redis_answers(url: str) -> bool:
    try:
        redis.Redis.from_url(url, socket_connect_timeout=3).ping()
    except redis.RedisError as error:
        print(f"Redis: {error}", file=sys.stderr)
        return False
    return True


if __name__ == "__main__":
    sys.exit(0 if postgres_answers(sys.argv[1]) and redis_answers(sys.argv[2]) else 1)
