"""Bookings: by what right a movie is shown at a site, and whether the distributor's terms are kept."""
