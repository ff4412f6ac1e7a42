"""Write what was found: JSON, text."""
