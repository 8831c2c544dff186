"""Textual's driver, but a byte that is no UTF-8 does not end the program.

A loose cable or a wrong keyboard setting can send one. Textual's reading thread ends with it; here it begins anew, and
what came with that byte is lost.
"""

from __future__ import annotations

from textual.drivers.linux_driver import LinuxDriver


class Driver(LinuxDriver):
    """Reads on after noise."""

    def run_input_thread(self) -> None:
        while True:
            try:
                super().run_input_thread()
            except UnicodeDecodeError:
                continue
            return
