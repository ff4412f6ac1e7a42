"""JavaScript and TypeScript: their syntax, and what browsers, Node and common packages make of values."""
