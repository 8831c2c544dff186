"""What is said when: every screen, every move of the focus, every letter, every refusal. How it sounds is `speech`'s.

A screen is read when it comes, and afterwards only what is new on it. Whoever goes by keys hears besides where the
focus stands, and each target by its name when the focus comes to it. An answer that was not understood is asked again
in full, even where the screen looks as before. Nothing is said, and nothing kept, unless somebody listens.
"""

from __future__ import annotations

from terminal_ui.actions import Action, Again, Faster, Give, HandIn, Louder, Rub, Shift, Signs, Write
from terminal_ui.comfort import GAINS, RATES
from terminal_ui.keys import Focus, row_of
from terminal_ui.page import Page, Target
from terminal_ui.scene import Scene
from terminal_ui.signs import change
from terminal_ui.speech import Speech


class Aloud:
    """Told of everything that happens on the screen."""

    def __init__(self, speech: Speech) -> None:
        self._speech = speech
        self._page = ""

    @property
    def there(self) -> bool:
        return self._speech.there

    @property
    def speaking(self) -> bool:
        return self._speech.speaking

    def shown(self, page: Page, scene: Scene, focus: Focus | None) -> None:
        """A screen, or what changed on it. `focus` is None for whoever touches."""
        comfort = scene.visit.comfort
        if not comfort.listening:
            self.silence()
            return
        self._speech.tune(RATES[comfort.rate], GAINS[comfort.gain])
        sentences = list(page.spoken)
        if page.name != self._page:
            self._page = page.name
            sentences += [page.written] if page.written else []
            sentences += self._here(page, scene, focus)
        self._speech.read(page.name, sentences, scene.visit.locale)

    def after(
        self, action: Action, before: Scene, scene: Scene, page: Page, focus: Focus | None, *, understood: bool
    ) -> None:
        """What is to be heard after an action besides the screen it led to."""
        match action:
            case Write() | Rub():
                self._wrote(before, scene)
            case Shift() | Signs():
                self._turned(page, scene)
            case Again():
                self._again(page, scene, focus)
            case Faster():
                self._say(scene, scene.say("terminal.aloud.rate"))
            case Louder():
                self._say(scene, scene.say("terminal.aloud.gain"))
            case Give() | HandIn() if not understood and scene.visit.prompt is not None:
                self._again(page, scene, focus)
            case _:
                pass

    def begun(self, page: Page, scene: Scene, focus: Focus) -> None:
        """Somebody began by keys: how these work, and then the screen."""
        self._say(scene, scene.say("terminal.aloud.keys"), *page.spoken, *self._here(page, scene, focus))

    def focused(self, page: Page, scene: Scene, focus: Focus) -> None:
        if page.targets:
            self._say(scene, _of_focus(page, scene, focus))

    def hush(self) -> None:
        """Somebody did something: what is being said ends, whatever comes of it (EN 301 549 5.1.3.5)."""
        self._speech.hush()

    def silence(self) -> None:
        self._page = ""
        self._speech.silence()

    def _wrote(self, before: Scene, after: Scene) -> None:
        """What a key changed in the text (see signs); where it changed nothing, what stands there."""
        self._say(after, change(before.visit.draft.text, after.visit.draft.text, after.catalogue))

    def _turned(self, page: Page, scene: Scene) -> None:
        """Other letters or signs stand on the keyboard now: those of its first row."""
        if page.targets:
            self._say(scene, _of_focus(page, scene, Focus(row=True)))

    def _again(self, page: Page, scene: Scene, focus: Focus | None) -> None:
        """The whole screen as when it came."""
        self._say(scene, *page.spoken, page.written, *self._here(page, scene, focus))

    def _say(self, scene: Scene, *sentences: str) -> None:
        comfort = scene.visit.comfort
        if comfort.listening:
            self._speech.tune(RATES[comfort.rate], GAINS[comfort.gain])
            self._speech.say([sentence for sentence in sentences if sentence], scene.visit.locale)

    @staticmethod
    def _here(page: Page, scene: Scene, focus: Focus | None) -> list[str]:
        """Where the focus stands, for whoever goes by keys."""
        if focus is None or not page.targets:
            return []
        return [scene.say("terminal.aloud.here", label=_of_focus(page, scene, focus))]


def _of_focus(page: Page, scene: Scene, focus: Focus) -> str:
    target = page.targets[focus.number]
    if focus.row:
        row = row_of(page.targets, focus.number)
        return scene.say("terminal.aloud.row", first=_name(target), last=_name(page.targets[row.stop - 1]))
    return scene.say("terminal.aloud.chosen", choice=_name(target)) if target.chosen else _name(target)


def _name(target: Target) -> str:
    words = target.aloud or " ".join(target.lines)
    return f"{target.key}: {words}" if target.key else words
