"""The benchmark goes through all of its scenarios and writes down what it found.

What it measures is no matter here: not one figure is looked at, only that there is one.
"""

import json
import subprocess

import pytest

KERNELS = ["floor", "hermit-echo", "hermit-lua"]

# Row by row, what `bench/` promises; the aims are those of bench/README.md.
AIMS = {
    "kernel_info_p50": {"ratio": 1.2},
    "execute_idle_p50": {"ratio": 1.5},
    "control_spinning_p50": {"ratio": 1.3},
    "lines": {"ratio": 5},
    "big": {"ratio": 2},
    "progress": {"value": 5},
    "slow_reader": {"ratio": 5},
    "comm_echo": {"ratio": 2},
    "idle_wakeups": {"value": 0},
    "subshells_threads_left": {"value": 0},
    "subshells_descriptors_left": {"value": 0},
}
OTHERS = {
    "first_kernel_info",
    "first_execute",
    "execute_reply_p50",
    "in_flight_rate",
    "execute_in_flight_rate",
    "interrupt",
    "slow_reader_lines",
    "subshell_create",
    "subshell_use",
    "subshell_delete",
    "subshells_rss_before",
    "subshells_rss_after",
    "memory_rss_per_execute",
    "memory_pss_per_execute",
}


@pytest.fixture(scope="module")
def bench(build_folder, tmp_path_factory):
    """Runs hermit-bench with as little to do as it can have; gives the process and its JSON."""

    def run(*arguments):
        file = tmp_path_factory.mktemp("bench") / "bench.json"
        command = [build_folder / "bin" / "hermit-bench", "--smoke", "--json", file, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        return done, json.loads(file.read_text()) if file.exists() else None

    return run


@pytest.fixture(scope="module")
def measured(bench):
    """All scenarios on Hermit and the floor."""
    selection = [word for name in KERNELS for word in ("--select", name)]
    done, figures = bench(*selection)
    assert done.returncode == 0, done.stderr
    return done.stdout, figures


def test_every_figure_of_every_kernel_is_there(measured):
    _, figures = measured
    assert figures["reasons"] == []
    metrics = {metric["id"]: metric for metric in figures["metrics"]}
    assert OTHERS | set(AIMS) <= set(metrics)
    for metric in metrics.values():
        assert sorted(metric["kernels"]) == sorted(KERNELS), metric["id"]
        for name, found in metric["kernels"].items():
            assert len(found["rounds"]) == 1
            assert isinstance(found["median"], (int, float)), f"{metric['id']} of {name}"


def test_each_aim_stands_beside_its_row_and_hermit_is_held_against_it(measured):
    table, figures = measured
    for metric in figures["metrics"]:
        assert metric["aim"] == AIMS.get(metric["id"]), metric["id"]
        for name, found in metric["kernels"].items():
            # A ratio to a floor of nothing cannot be judged.
            judged = "ratio" not in (metric["aim"] or {"ratio": 0}) or "ratio" in found
            has_aim = metric["aim"] is not None and name != "floor"
            assert ("misses_aim" in found) == (has_aim and judged), f"{metric['id']} of {name}"
    rows = [line for line in table.splitlines() if line.startswith("| ")]
    assert [cell.strip() for cell in rows[0].split("|")[2:-1]] == ["aim", *KERNELS]
    assert len(rows) == 2 + len(figures["metrics"])
    assert "aims: " in table


def test_a_ratio_comes_with_its_spread(measured):
    _, figures = measured
    reply = next(metric for metric in figures["metrics"] if metric["id"] == "execute_reply_p50")
    ratio = reply["kernels"]["hermit-echo"]["ratio"]
    assert sorted(ratio) == ["high", "low", "median"]
    assert ratio["low"] <= ratio["median"] <= ratio["high"]


def test_what_is_left_out_is_said(bench):
    only = ("--only", "kernel-info", "--select", "floor", "--select", "ipykernel")
    done, figures = bench(*only, "--python", "/nonexistent/python")
    assert done.returncode == 0, done.stderr
    assert [kernel["name"] for kernel in figures["kernels"]] == ["floor"]
    assert [one["kernel"] for one in figures["left_out"]] == ["ipykernel"]
    assert "left out: ipykernel: " in done.stdout
    assert "ipykernel is left out: " in done.stderr


def test_a_kernel_that_does_not_start_is_named_and_the_rest_measured(bench):
    broken = "broken:echo=/bin/false {connection_file}"
    done, figures = bench("--only", "kernel-info", "--select", "floor", "--kernel", broken)
    assert done.returncode == 0, done.stderr
    assert [reason["kernel"] for reason in figures["reasons"]] == ["broken"]
    for metric in figures["metrics"]:
        assert list(metric["kernels"]) == ["floor"], metric["id"]


def test_wrong_arguments_end_with_2(bench):
    for arguments in (["--only", "nothing"], ["--select", "nobody"], ["--smoke", "--quick"]):
        done, figures = bench(*arguments)
        assert done.returncode == 2, done.stderr
        assert figures is None
