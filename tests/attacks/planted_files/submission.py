"""Brings predictions, records, scores and a detail page in the zip: the stock worker copies all of it into the output
before ingestion starts.

None of it may reach scoring or the team: it must be scored as the honest control.
"""

from attacker import Attacker


class Submission(Attacker):
    pass
