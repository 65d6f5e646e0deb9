"""Group robots: what waits for people is told to their chat groups, through one outbound webhook."""
