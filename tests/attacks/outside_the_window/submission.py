"""Submits to a phase that is not open: the platform's page refuses that, its API does not.

Ingestion refuses before anything is handed out (E213): not counted.
"""

from attacker import Attacker


class Submission(Attacker):
    pass
