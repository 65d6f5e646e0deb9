"""The schema's history, one module `mNNNN_name.py` per step; a step that was released never changes.

A module has `ID = "NNNN_name"`, `UP_SQLITE` and `UP_POSTGRES`: SQL scripts of any number of statements, without BEGIN
and COMMIT. Steps only add (tables, nullable or defaulted columns, indexes), so that the version before still runs on
the schema after. On SQLite declare whole numbers `bigint`: Piccolo parses `integer` columns value by value.
"""
