"""What is measured, and how. Numerics run on one thread, as in the runs' workers: CPU time is what counts."""

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
