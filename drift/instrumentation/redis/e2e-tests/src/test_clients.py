"""Expected errors and connections, in the format of clients.py."""

WRONG_TYPE = "WRONGTYPE Operation against a key holding the wrong kind of value"
CONNECTED = "a connection with nothing but its set-up"


def raised(name: str, message: str) -> Exception:
    """Returns an error of a class that is not installed here."""
    return type(name, (Exception,), {})(message)
