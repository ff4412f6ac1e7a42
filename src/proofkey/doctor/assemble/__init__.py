"""Sort the messages of a capture into logins."""
