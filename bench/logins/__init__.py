"""Full logins per second, our server beside others: see docs/performance.md for the method and what came out."""
