"""Does what it should: one label for everything. The controls prove that the suite works.

It must be scored, counted, and change nothing for whoever runs after it.
"""

from attacker import Attacker


class Submission(Attacker):
    pass
