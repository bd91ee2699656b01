"""Changes its predictions after they were checked: from a thread, at exit, and from processes that outlive their
parent, by writing and through a mapping that was made before.

The files are written when all of it has been ended: it must be scored as the honest control.
"""

import atexit
import mmap
import os
import threading
import time

from attacker import Attacker, places

LINE = '{"id":"x","label":"neutral"}\n'


def mapped():
    """A mapping of each file that lies in the output: whoever holds one needs no name any more."""
    found = []
    for output in places("output"):
        for name in ("predictions/xnli/en.jsonl", "run_record.json", "started_record.json", "ingestion.log"):
            try:
                with (output / name).open("r+b") as stream:
                    found.append(mmap.mmap(stream.fileno(), 0))
            except (OSError, ValueError):
                pass
    return found


def overwrite(seconds):
    end = time.monotonic() + seconds
    mappings = mapped()
    while time.monotonic() < end:
        for output in places("output"):
            for task, language in (("xnli", "en"), ("panx", "en")):
                try:
                    (output / "predictions" / task).mkdir(parents=True, exist_ok=True)
                    (output / "predictions" / task / f"{language}.jsonl").write_text(LINE)
                except OSError:
                    pass
        for mapping in mappings:
            mapping[:1] = b"x"
        time.sleep(0.01)


class Submission(Attacker):
    def attack(self, examples):
        atexit.register(overwrite, 5)
        threading.Thread(target=overwrite, args=(30,), daemon=True).start()
        for _ in range(3):
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    overwrite(30)
                os._exit(0)
            os.wait()
        return bool(mapped())
