"""Records and acts as data, by what they are about; `entities.py` puts them together."""
