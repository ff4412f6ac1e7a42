"""What an operator sets: one table of options, read from flags, environment and a TOML file, in that order."""

from proofkey.server.configuration.configuration import Configuration
from proofkey.server.configuration.reading import Settled, settle

__all__ = ["Configuration", "Settled", "settle"]
