"""Takes the README's pictures, of what residents and staff really see; nothing in them is anybody's answer.

    python -m deploy.pictures [FOLDER]          the README's
    python -m deploy.pictures --all FOLDER      every screen of the terminal, with both sizes of letters, in all colours

terminal    the touch screen on the wall      paper    a printed form, and the screen to type forms in
screen      where programs show themselves    office   the office that all of it belongs to

What it takes besides is what `deploy/system-packages peers` brings.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from deploy.pictures import paper, terminal

PROGRAMS = ("Xvfb", "xterm", "openbox", "xset", "xdotool", "import", "convert", "pdftoppm")
HERE = Path(__file__).resolve().parent


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m deploy.pictures", description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("folder", nargs="?", type=Path, default=HERE)
    asked.add_argument("--all", action="store_true")
    options = asked.parse_args()
    lacking = [program for program in PROGRAMS if shutil.which(program) is None]
    if lacking:
        print(f"pictures: {', '.join(lacking)} not installed; run deploy/system-packages peers")
        return 69
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.all:
        terminal.take_all(options.folder)
    else:
        terminal.take(options.folder)
        paper.take(options.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
