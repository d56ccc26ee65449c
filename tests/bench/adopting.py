"""A steady stream of adoptions, one transaction each: `python -m tests.bench.adopting DATABASE_URL RATE COUNT`.

The next one begins when its time has come, whether or not the system keeps up; prints how many a second it managed.
"""

import json
import sys
import time

from shared.database import Database
from tests.bench import services


def main(url: str, rate: str, count: str) -> None:
    """Adopt `count` recommendations, `rate` a second."""
    database = Database(url, "submissions")
    began = time.monotonic()
    for number in range(int(count)):
        time.sleep(max(0.0, began + number / float(rate) - time.monotonic()))
        with database.write() as session:
            services.adopt(session)
    print(json.dumps({"rate": int(count) / (time.monotonic() - began)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
