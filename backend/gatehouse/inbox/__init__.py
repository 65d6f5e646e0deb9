"""The inbox: what a person does about a notice."""
