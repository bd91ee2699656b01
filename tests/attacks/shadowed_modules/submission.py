"""Brings modules with the names of the standard library's and of the competition's, to be imported by the parent, by
the child before it is confined, or by scoring.

Only the team's own process may see them: it must be scored as the honest control and leave nothing in the output.
"""

from attacker import Attacker


class Submission(Attacker):
    pass
