"""The estate: orgs, sites, posts, teams, people, roles, devices, as ops of an admin."""
