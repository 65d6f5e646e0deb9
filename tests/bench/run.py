"""`make bench`: run the benchmarks of this folder (`-h` lists the choices)."""

import runpy
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
runpy.run_module("tests.bench.main", run_name="__main__")
