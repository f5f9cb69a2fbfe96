"""Where the example shells are, and how long their tests may take."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# In seconds, of a command and of a test. They decide no test: they only turn what hangs into a failure.
PATIENCE = 1200
TEST_PATIENCE = 3600
