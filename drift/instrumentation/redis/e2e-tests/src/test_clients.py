"""Expected errors and connections, in the format of clients.py."""

WRONG_TYPE = "WRONGTYPE Operation against a key holding the wrong kind of value"
CONNECTED = "a connection with nothing but its set-up"


def raised(name: str, message: str) -> Exception:
    """Returns an error of a redis-py class, which is not installed in this environment."""
    return type(name, (Exception,), {})(message)
