"""A reverse proxy on this machine that sees a login happen, and says what is wrong with it as it happens.

The app points at the proxy instead of its authorization server. The browser is sent on to the server for everything
that it navigates to; requests of programs are forwarded, and their answers come back as they are.
"""
