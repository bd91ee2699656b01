"""What every part of the competition agrees on: tasks, languages, labels, file formats, records, faults.

Standard library only: this package is copied beside the programs that run in the container and into the
starting kit, where nothing may be installed for its sake.
"""
