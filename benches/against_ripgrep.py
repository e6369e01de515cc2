#!/usr/bin/env python3
"""Whole-process ratios of mailpermit against a text search, on a tree of your choice.

usage: benches/against_ripgrep.py TREE [-n ROUNDS] [--bin target/release/mailpermit] [--rg rg]

Each round runs `rg -c -i email TREE` and `mailpermit check TREE` in turn, so that a drift of the machine's
speed hits both alike; one round that is not counted goes first, for the page cache. Printed are the median
times, the median of the ratios round by round, CPU time, and the peak memory of mailpermit. Also the ratio of
`--version`, ten times a round. Nothing is written into TREE; nothing is asserted: machines differ.
"""
import argparse
import os
import statistics
import subprocess
import sys
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
    run(search), run(check)
    rounds, starts = [], []
    for _ in range(args.rounds):
        rounds.append((run(search), run(check)))
        for _ in range(10):
            starts.append((run([args.rg, "--version"])[0], run([args.bin, "--version"])[0]))
    median = lambda values: statistics.median(list(values))
    print(f"rg          {median(r[0] for r, _ in rounds):8.3f} s  CPU {median(r[1] for r, _ in rounds):8.3f} s")
    print(
        f"mailpermit  {median(m[0] for _, m in rounds):8.3f} s  CPU {median(m[1] for _, m in rounds):8.3f} s"
        f"  peak {max(m[2] for _, m in rounds) / 1024:.0f} MiB"
    )
    print(f"ratio       {median(m[0] / r[0] for r, m in rounds):8.2f}   (median of {args.rounds} rounds)")
    print(f"--version   {median(m / r for r, m in starts):8.2f}")


if __name__ == "__main__":
    main()
