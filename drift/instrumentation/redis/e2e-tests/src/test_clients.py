"""What clients.py shows of errors and connections."""

WRONG_TYPE = "WRONGTYPE Operation against a key holding the wrong kind of value"
CONNECTED = "a connection with nothing but its set-up"


def raised(name: str, message: str) -> Exception:
    """An error that the application caught, of a class that is not installed here."""
    return type(name, (Exception,), {})(message)
