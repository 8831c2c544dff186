"""`python -m terminal_ui.browser OFFICE`: the process that `kiosk start` keeps running for the browser's terminals."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from kiosk.errors import ConfigError, KioskError
from kiosk.office import Office
from terminal_ui.browser.place import place
from terminal_ui.browser.server import PageServer


def main(folder: Path) -> int:
    """Until it is stopped; the exit status."""
    try:
        office = Office(folder)
        here = place(office)
        if here is None:
            raise ConfigError("browser.off", "browser_port under [terminal] in office.toml is 0.")
        argv = (sys.executable, "-m", "kiosk", "--office", str(folder), "terminal")
        try:
            PageServer(argv, here, office.catalogues).serve()
        except OSError as error:
            raise ConfigError(
                "browser.port",
                f"http://{here.host}:{here.port} cannot be served: {os.strerror(error.errno or 0)}. Set another"
                " browser_port or browser_host under [terminal] in office.toml, or stop the program that uses it.",
            ) from None
    except KioskError as error:
        print(f"kiosk: {error}", file=sys.stderr)
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
