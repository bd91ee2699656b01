"""`competition worker-check`: what is right, what is missing and what to do on the machine that runs submissions."""
