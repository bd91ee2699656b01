from attacker import Attacker, any_works, read_any


class Submission(Attacker):
    def attack(self, examples):
        return any_works(*(lambda name=name: read_any(self.folder / name) for name in ("keys", "inputs", "up")))
