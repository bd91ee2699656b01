"""`competition rehearse`: the whole contest on this machine, through the built bundle, as the platform would run it."""
