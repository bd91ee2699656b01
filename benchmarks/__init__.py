"""Benchmarks: each prints a ratio of two things measured side by side in one run, and writes it as JSON.

Run one with `python -m benchmarks.NAME`, all with `make bench`.
"""
