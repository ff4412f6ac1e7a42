"""Prints a database of the code at hand; see the package."""

from tests.server.store.released import main

main()
