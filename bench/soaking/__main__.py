"""The soak: minutes of work, a table of what they left behind, and whether the kernel has stayed as it was.

Run by bench/soak, which says what for.
"""

import argparse
import os
import sys
import time

from client import Client
from kernel import Kernel
from load import make_workers, work

# Of each minute, in seconds, what is not work: pausing, and measuring.
PAUSE = 5

# Round trips of which the percentiles are taken.
SAMPLES = 1000

# What the memory may grow from the second minute to the last: a quarter, and what an allocator may keep of the
# largest outputs. A leak of some 100 bytes a request is more than that in ten minutes.
MEMORY_FACTOR = 1.25
MEMORY_SLACK = 8  # MiB

COLUMNS = ("RSS", "PSS", "fds", "threads", "info p50", "info p99", "cell p50", "cell p99")
UNITS = ("MiB", "MiB", "", "", "µs", "µs", "µs", "µs")


def percentiles(times):
    times = sorted(times)
    return times[len(times) // 2] * 1e6, times[len(times) * 99 // 100] * 1e6


def latency(ask):
    times = []
    for _ in range(SAMPLES):
        start = time.perf_counter()
        ask()
        times.append(time.perf_counter() - start)
    return percentiles(times)


def measure(kernel):
    """One line of the table, while nobody else speaks to the kernel."""
    client = Client(kernel)
    info = latency(lambda: client.ask("shell", "kernel_info_request"))
    cell = latency(lambda: client.execute("1 + 1", store_history=False))
    # Everything that went before has been dealt with by now, descriptors of clients that left included.
    figures = kernel.figures()
    client.close()
    figures.update({"info p50": info[0], "info p99": info[1], "cell p50": cell[0], "cell p99": cell[1]})
    return figures


def show(name, values, form="{:>9.1f}"):
    print(f"{name:>7}" + "".join(" " + form.format(value) for value in values), flush=True)


def grown(second, last):
    """What has grown that may not, in words."""
    faults = []
    for name in ("fds", "threads"):
        if last[name] > second[name]:
            faults.append(f"{name} have grown from {second[name]} to {last[name]}")
    for name in ("RSS", "PSS"):
        if last[name] > second[name] * MEMORY_FACTOR + MEMORY_SLACK:
            faults.append(f"{name} has grown from {second[name]:.1f} to {last[name]:.1f} MiB")
    return faults


def soak(kernel, minutes):
    show("minute", COLUMNS, "{:>9}")
    show("", UNITS, "{:>9}")
    workers = make_workers(kernel)
    lines = []
    for minute in range(1, minutes + 1):
        work(workers, 60 - PAUSE)
        lines.append(measure(kernel))
        show(str(minute), [lines[-1][name] for name in COLUMNS])
    for worker in workers:
        if worker.client:
            worker.client.close()
    show("drift", [lines[-1][name] / lines[1][name] for name in COLUMNS], "{:>9.3f}")
    print("steps: " + ", ".join(f"{type(worker).__name__} {worker.steps}" for worker in workers))
    return grown(lines[1], lines[-1])


def shut_down(kernel):
    client = Client(kernel)
    client.send("control", "shutdown_request", {"restart": False})
    code = kernel.wait()
    client.close()
    return [] if code == 0 else [f"the kernel ended with the exit code {code}"]


def parse_arguments():
    parser = argparse.ArgumentParser(prog="bench/soak")
    parser.add_argument("--hermit", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--minutes", type=int, default=os.environ.get("HERMIT_SOAK_MINUTES", "10"))
    arguments = parser.parse_args()
    if arguments.minutes < 3:
        parser.error("--minutes has to be 3 or more: the last minute is compared with the second")
    return arguments


def main():
    arguments = parse_arguments()
    kernel = Kernel(arguments.hermit)
    try:
        faults = soak(kernel, arguments.minutes) + shut_down(kernel)
    except Exception as error:  # noqa: BLE001 - whatever it is, the kernel's log belongs beside it
        faults = [f"{type(error).__name__}: {error}", kernel.log()]
    finally:
        kernel.end()
    for fault in faults:
        print(f"soak: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
