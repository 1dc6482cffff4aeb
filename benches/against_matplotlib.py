#!/usr/bin/env python3
"""CPU time of the charts beside matplotlib's on the same data.

    python3 benches/against_matplotlib.py

Installs matplotlib into target/matplotlib (once), builds and runs `cargo bench --bench charts -- json`, draws the bar and
line charts of the same data with matplotlib's Agg at 1600 x 900 pixels, labelled alike, and prints both CPU times and their
ratio. Both are timed in one run, as the CPU time of their own process, PNG encoding included.
"""
import io
import json
import os
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / "target" / "matplotlib"
VERSION = "3.11.2"
# Drawings timed together, and how often: the quickest counts, as with ours.
TOGETHER, TIMES = 4, 5
BARS = {"columns", "columns-by-year", "stacked-columns", "bars"}
LINES = {"line", "lines", "lines-by-year"}
COLOURS = ["#0B5FA5", "#8A8F94", "#009E73", "#CC79A7", "#3D2C63", "#5B6770"]


def in_its_own_environment():
    python = VENV / "bin" / "python"
    if not python.exists():
        venv.create(VENV, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", f"matplotlib=={VERSION}"], check=True)
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(python, [str(python), *sys.argv])


def ours():
    command = ["cargo", "bench", "--locked", "--bench", "charts", "--", "json"]
    output = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")]


def draw(plt, data, kind):
    """One chart, with the labels that ours has, as PNG bytes."""
    names, series = data["index"]["values"], data["series"]
    figure, axes = plt.subplots(figsize=(16, 9), dpi=100)
    places = range(len(names))
    if kind == "bars":
        values = [value or 0 for value in series[0]["values"]]
        drawn = axes.barh(names, values, color=COLOURS[0])
        axes.bar_label(drawn, fontsize=17)
        axes.invert_yaxis()
    elif kind in BARS:
        width = 0.8 / len(series) if kind != "stacked-columns" else 0.8
        below = [0.0] * len(names)
        for n, one in enumerate(series):
            values = [value or 0 for value in one["values"]]
            stacked = kind == "stacked-columns"
            at = places if stacked else [place + n * width for place in places]
            drawn = axes.bar(at, values, width, bottom=below if stacked else None, color=COLOURS[n % 6], label=one["name"])
            if len(series) == 1:
                axes.bar_label(drawn, fontsize=14)
            if stacked:
                below = [low + value for low, value in zip(below, values)]
    else:
        for n, one in enumerate(series):
            values = [float("nan") if value is None else value for value in one["values"]]
            axes.plot(places, values, color=COLOURS[n % 6], linewidth=3.5)
            shown = [place for place in places if one["values"][place] is not None]
            for place in {shown[0], shown[-1], max(shown, key=lambda p: values[p])}:
                axes.annotate(f"{values[place]:,.0f}", (place, values[place]), fontsize=14, ha="center")
            axes.text(shown[-1] + 0.3, values[shown[-1]], one["name"], color=COLOURS[n % 6], fontsize=16)
    if kind != "bars":
        axes.set_xticks(places, names, fontsize=12)
    axes.grid(axis="x" if kind == "bars" else "y", color="#E1E5E8")
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0, labelsize=14)
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    plt.close(figure)
    return picture.getvalue()


def timed(plt, sample):
    """Seconds of CPU for one drawing."""
    start = time.process_time()
    for _ in range(TOGETHER):
        draw(plt, sample["data"], sample["kind"])
    return (time.process_time() - start) / TOGETHER


def main():
    in_its_own_environment()
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    print(f"{'sample':<22} {'kind':<16} {'ours ms':>8} {'matplotlib ms':>14} {'ratio':>6} {'ours KB':>8} {'theirs KB':>10}")
    ratios = {"bar": [], "line": []}
    for sample in ours():
        family = "bar" if sample["kind"] in BARS else "line" if sample["kind"] in LINES else None
        if family is None:
            continue
        picture = draw(plt, sample["data"], sample["kind"])
        theirs = min(timed(plt, sample) for _ in range(TIMES)) * 1e3
        ratios[family].append(theirs / sample["ms"])
        print(
            f"{sample['sample']:<22} {sample['kind']:<16} {sample['ms']:>8.2f} {theirs:>14.1f} {theirs / sample['ms']:>6.0f}"
            f" {sample['bytes'] / 1000:>8.1f} {len(picture) / 1000:>10.1f}"
        )
    for family, found in ratios.items():
        found.sort()
        print(f"{family} charts: {found[0]:.0f} to {found[-1]:.0f} times, median {found[len(found) // 2]:.0f}")


main()
