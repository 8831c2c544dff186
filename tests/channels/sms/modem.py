"""A modem for gammu-smsd, played on a pseudo terminal: as much of the AT commands (3GPP TS 27.005) as gammu asks for.

The dummy phone sends in no time and is never refused. This one takes `seconds` for each message and refuses those to
the numbers in `refused`, as a network does with a number that is none.
"""

from __future__ import annotations

import os
import pty
import threading
import time
import tty
from collections.abc import Container
from types import TracebackType

END_OF_MESSAGE, ESCAPE = b"\x1a", b"\x1b"
ANSWERS = {
    "AT+CGMI": "Kiosk",
    "AT+CGMM": "Test",
    "AT+CGMR": "1",
    "AT+CGSN": "490154203237518",  # the IMEI that 3GPP uses as its example
    "AT+CIMI": "262010000000001",
    "AT+CPIN?": "+CPIN: READY",
    "AT+CPMS=?": '+CPMS: ("SM"),("SM"),("SM")',
    "AT+CSCA?": '+CSCA: "+4915100000009",145',
    "AT+CSCS=?": '+CSCS: ("GSM","UCS2")',
    "AT+CSCS?": '+CSCS: "GSM"',
    "AT+CMGF?": "+CMGF: 0",
    "AT+CNMI=?": "+CNMI: (0-2),(0-3),(0,2),(0-2),(0,1)",
}
# Of other makers: to say OK to these would make gammu take it for one of theirs. It says OK to all others.
STRANGE = ("AT+MODE", "AT$", "AT+SYNCML", "AT+CGATT", "AT+CHUP")


class Modem:
    """On the air until the end of the `with` block. `device` is its terminal; `tried` and `sent` are the numbers of
    the messages it was given and of those it sent, a part each."""

    def __init__(self, seconds: float = 0, refused: Container[str] = ()) -> None:
        self.tried: list[str] = []
        self.sent: list[str] = []
        self._seconds, self._refused = seconds, refused
        self._line, self._terminal = pty.openpty()
        tty.setraw(self._line)
        tty.setraw(self._terminal)
        self.device = os.ttyname(self._terminal)
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Modem:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        os.write(self._terminal, b"off\r")
        self._thread.join()
        os.close(self._terminal)
        os.close(self._line)

    def _listen(self) -> None:
        while (
            command := self._read(b"\r").strip(END_OF_MESSAGE + ESCAPE + b"\r\n ").decode("ascii", "replace")
        ) != "off":
            if command:
                self._say(command, echo=True)
                self._obey(command)

    def _obey(self, command: str) -> None:
        if command.startswith("AT+CMGS="):
            self._send()
        elif command in ANSWERS:
            self._say(ANSWERS[command])
            self._say("OK")
        elif command.startswith(STRANGE):
            self._say("ERROR")
        else:
            if command.startswith("AT+CPMS"):
                self._say("+CPMS: 0,20,0,20,0,20")
            self._say("OK")

    def _send(self) -> None:
        os.write(self._line, b"\r\n> ")
        pdu = self._read(END_OF_MESSAGE)
        os.write(self._line, pdu)
        number = _receiver(pdu.strip(END_OF_MESSAGE).decode("ascii"))
        self.tried.append(number)
        time.sleep(self._seconds)
        if number in self._refused:
            self._say("+CMS ERROR: 38")  # network out of order
        else:
            self.sent.append(number)
            self._say("+CMGS: 7")
            self._say("OK")

    def _read(self, end: bytes) -> bytes:
        data = b""
        while not data.endswith(end):
            data += os.read(self._line, 1)
        return data

    def _say(self, line: str, *, echo: bool = False) -> None:
        os.write(self._line, f"{line}\r".encode() if echo else f"\r\n{line}\r\n".encode())


def _receiver(pdu: str) -> str:
    """The number in a message to be sent (3GPP TS 23.040, 9.2.2.2): the centre's, then two octets, then ours."""
    address = pdu[2 + 2 * int(pdu[:2], 16) + 4 :]
    digits = int(address[:2], 16)
    swapped = address[4 : 4 + digits + digits % 2]
    return "+" + "".join(swapped[at + 1] + swapped[at] for at in range(0, len(swapped), 2))[:digits]
