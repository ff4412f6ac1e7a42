"""Write what was found: as text, JSON, a page of HTML, or SARIF."""
