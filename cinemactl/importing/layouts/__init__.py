"""Layouts: which export a file is, and which of its columns feed which fields.

A layout is a small declarative file, one of `files/` or the user's own, read by `layout`, found by `shelf`, recognised by
`recognising`, changed by `mapping`, and brought together with a file's header by `columns`.
"""
