"""The demo estate: sixty days at two properties, made by devices that push their acts like any other."""
