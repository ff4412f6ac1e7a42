"""npm oidc-provider with three kinds of storage."""
