"""What the followed code gets wrong: in its verifiers and challenges, in its token requests, between the steps."""
