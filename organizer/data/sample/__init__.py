"""A synthetic sample of all four tasks in all 40 languages, in XTREME's own layout, of any size.

Everything runs with it on a machine that has downloaded nothing, and at scale 1 it is as large as XTREME's test
sets. Its sentences are drawn from small lexicons; they are learnable, and a good score on them says nothing about
real language.
"""

from organizer.data.sample.sizes import DEFAULT, SIZES
from organizer.data.sample.write import write_sample

__all__ = ["DEFAULT", "SIZES", "write_sample"]
