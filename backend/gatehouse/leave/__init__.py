"""Leave, and going out during a shift: asked for, decided level by level, confirmed by certificates and returns."""
