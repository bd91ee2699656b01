import importlib.util

from attacker import Attacker


class Submission(Attacker):
    def attack(self, examples):
        (path,) = [path for path in self.folder.iterdir() if path.name.startswith("<img")]
        spec = importlib.util.spec_from_file_location("named", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.fail()
