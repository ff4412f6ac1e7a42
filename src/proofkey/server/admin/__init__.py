"""What the admin pages decide: who may see what, what a form makes of a client, how a login is drawn."""
