"""Our own server, started as anybody starts it."""
