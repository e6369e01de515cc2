#!/usr/bin/env python3
"""Whole-process ratios of mailpermit against a text search, on a tree of your choice.

usage: benches/against_ripgrep.py TREE [-n ROUNDS] [--bin target/release/mailpermit] [--rg rg]

Each round runs `rg -c -i email TREE`, `mailpermit check TREE` as the first time (`--no-cache`), and as again, with what
the run before it kept, in turn, so that a drift of the machine's speed hits all alike; one round that is not counted goes
first, for the page cache. Printed are the median times, the median of the ratios round by round, CPU time, and the peak
memory. Also the ratio of `--version`, ten times a round. Nothing is written into TREE; nothing is asserted: machines differ.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time


def run(command):
    """Wall and CPU seconds and peak KiB of one process; its output is thrown away."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    if process.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)}: exit code {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree")
    parser.add_argument("-n", "--rounds", type=int, default=7)
    parser.add_argument("--bin", default="target/release/mailpermit")
    parser.add_argument("--rg", default="rg")
    args = parser.parse_args()
    if not os.path.isdir(args.tree):
        sys.exit(f"{args.tree}: no folder")
    search = [args.rg, "-c", "-i", "email", args.tree]
    check = [args.bin, "check", "--fail-on", "never", args.tree]
    rounds, starts = [], []
    with tempfile.TemporaryDirectory() as cache:
        commands = {"rg": search, "first": check + ["--no-cache"], "again": check + ["--cache-dir", cache]}
        [run(command) for command in commands.values()]
        for _ in range(args.rounds):
            rounds.append({name: run(command) for name, command in commands.items()})
            for _ in range(10):
                starts.append((run([args.rg, "--version"])[0], run([args.bin, "--version"])[0]))
    median = lambda values: statistics.median(list(values))
    for name in commands:
        print(
            f"{name:9}  {median(r[name][0] for r in rounds):8.3f} s  CPU {median(r[name][1] for r in rounds):8.3f} s"
            f"  peak {max(r[name][2] for r in rounds) / 1024:4.0f} MiB"
            f"  ratio {median(r[name][0] / r['rg'][0] for r in rounds):6.2f}"
        )
    print(f"--version   {median(m / r for r, m in starts):8.2f}")


if __name__ == "__main__":
    main()
