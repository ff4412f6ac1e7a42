"""A bare uvicorn application that answers the two shapes of a login and does nothing else: the ceiling of the stack."""
