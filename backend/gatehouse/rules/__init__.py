"""Judgement: regulations as dated data, and pure functions from facts and terms to verdicts that explain themselves.

Nothing here reads a database, a clock or randomness; every act comes with its instant (I-27). Instants are UTC
milliseconds, dates are local dates of the site. Features load the facts and carry the verdicts out.
"""
