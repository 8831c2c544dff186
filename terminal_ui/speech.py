"""Reading a screen aloud with espeak-ng, where it is installed. One voice at a time; a new screen silences the old
one.

The words go in by standard input, never through a shell or an argument list, where other processes could read them.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence

PROGRAM = "espeak-ng"
RATE, EASY_RATE = 150, 125  # words a minute


class Speech:
    """`there`: something can be heard here."""

    def __init__(self) -> None:
        self._program = shutil.which(PROGRAM)
        self._speaking: subprocess.Popen[bytes] | None = None

    @property
    def there(self) -> bool:
        return self._program is not None

    def say(self, sentences: Sequence[str], locale: str) -> None:
        """Silence what is being said, and say this."""
        self.silence()
        if self._program is None:
            return
        language, _, level = locale.partition("@")
        rate = str(EASY_RATE if level else RATE)
        self._speaking = subprocess.Popen(
            [self._program, "-v", language, "-s", rate, "--stdin"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if self._speaking.stdin is not None:
            try:
                self._speaking.stdin.write("\n".join(sentence for sentence in sentences if sentence).encode())
                self._speaking.stdin.close()
            except BrokenPipeError:
                self.silence()  # no sound card: there is nothing to hear, and nothing to do about it here

    def silence(self) -> None:
        if self._speaking is not None:
            self._speaking.kill()
            self._speaking.wait()
            if self._speaking.stdin is not None and not self._speaking.stdin.closed:
                self._speaking.stdin.close()
            self._speaking = None
