"""HTTP/1.1 over asyncio (RFC 9112): requests arrive whole, are answered one after the other, and leave in one piece.

The octets are parsed by llhttp (httptools). Whatever serves is an `Application`: our own, or any of ASGI's by way of
`adapted.py`.
"""
