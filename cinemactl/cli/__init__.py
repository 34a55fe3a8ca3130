"""The front door: parse, one call into the domain, render."""
