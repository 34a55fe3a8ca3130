"""The schema revision this program works on; a test holds it against the newest migration."""

HEAD = "0016"
