"""The benchmarks: `python -m bench`. `docs/benchmarks.md` says how to read what it prints."""
