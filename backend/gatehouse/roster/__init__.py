"""Who is on which post, when: shifts as assigned."""
