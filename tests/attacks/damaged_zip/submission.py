from attacker import Attacker


class Submission(Attacker):
    pass
