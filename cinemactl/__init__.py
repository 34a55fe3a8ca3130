"""The command line that runs a cinema's programme."""

__version__ = "0.1.0"
