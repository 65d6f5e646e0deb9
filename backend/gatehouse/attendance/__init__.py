"""People's months: judged from the facts when these change, explained, settled by people, reported."""
