"""Typed tables of what an office keeps: buildings, units, residents, vehicles, shift templates."""

from typing import Final

ID: Final = "0006_estate"

_TABLES: Final = """
CREATE TABLE building (id text PRIMARY KEY, org text NOT NULL, site text NOT NULL, name text NOT NULL);
CREATE INDEX building_site ON building (site);
CREATE TABLE unit (
  id text PRIMARY KEY, org text NOT NULL, site text NOT NULL, building text NOT NULL, name text NOT NULL
);
CREATE INDEX unit_building ON unit (building);
CREATE TABLE resident (id text PRIMARY KEY, org text NOT NULL, site text NOT NULL, unit text NOT NULL);
CREATE INDEX resident_unit ON resident (unit);
CREATE TABLE vehicle (id text PRIMARY KEY, org text NOT NULL, site text NOT NULL, plate text);
CREATE INDEX vehicle_site ON vehicle (site);
CREATE TABLE shift_template (id text PRIMARY KEY, org text NOT NULL, name text NOT NULL);
"""

UP_SQLITE: Final = _TABLES
UP_POSTGRES: Final = _TABLES
