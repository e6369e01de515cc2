#!/usr/bin/env python3
"""How the time of a check grows with the tree: a tree once, twice and four times in one folder.

usage: benches/growth.py TREE [-n ROUNDS] [--bin target/release/mailpermit]

The copies stand side by side in a temporary folder, so that every name is there as often as the tree is. Sizes take
turns in each round; printed are the median times, the peak memory and the ratio of each size to the one before.
Nothing is asserted: machines differ.
"""
import argparse
import os
import shutil
import statistics
import sys
import tempfile

from against_ripgrep import run

COPIES = (1, 2, 4)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree")
    parser.add_argument("-n", "--rounds", type=int, default=5)
    parser.add_argument("--bin", default="target/release/mailpermit")
    args = parser.parse_args()
    if not os.path.isdir(args.tree):
        sys.exit(f"{args.tree}: no folder")
    with tempfile.TemporaryDirectory() as folder:
        trees = {}
        for copies in COPIES:
            trees[copies] = os.path.join(folder, str(copies))
            for i in range(copies):
                target = os.path.join(trees[copies], f"copy{i}")
                shutil.copytree(args.tree, target, symlinks=True, ignore=shutil.ignore_patterns(".git"))
        check = {n: [args.bin, "check", "--fail-on", "never", tree] for n, tree in trees.items()}
        for command in check.values():
            run(command)
        rounds = [{n: run(command) for n, command in check.items()} for _ in range(args.rounds)]
    before = None
    for copies in COPIES:
        seconds = statistics.median(r[copies][0] for r in rounds)
        peak = max(r[copies][2] for r in rounds) / 1024
        ratio = "" if before is None else f"   {seconds / before:.2f} times"
        print(f"x{copies}  {seconds:8.3f} s  peak {peak:.0f} MiB{ratio}")
        before = seconds


if __name__ == "__main__":
    main()
