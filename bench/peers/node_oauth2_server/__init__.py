"""npm @node-oauth/oauth2-server, a library, on bare node:http with its model in memory."""
