"""How the screen looks and sounds: letters, colours, the keyboard's order, the voice. Every answer stays."""

from __future__ import annotations

from dataclasses import replace

from terminal_ui.actions import Action, Arrange, Colour, Faster, Letters, Louder, Shut
from terminal_ui.comfort import Colours, Order
from terminal_ui.grid import LARGE, ROW_GAP, Size, grid_of
from terminal_ui.layout import Builder, Label
from terminal_ui.page import Look, Page, Rect, Voice
from terminal_ui.scene import Scene


def view_page(scene: Scene, size: Size) -> Page:
    """A row for each thing that can be set, and only what this machine can do. Changes are seen at once."""
    page = Builder("view", scene, size, top=0 if grid_of(size) is LARGE else 1)
    page.text(scene.say("terminal.view.ask"), Voice.STRONG, most=1)
    done = Label(scene.say("terminal.view.done"), Shut(), Look.MAIN)
    rows = [row for row in (_letters(scene) + _order(scene), _voice(scene), [*_colours(scene), done]) if row]
    room, height, key = page.room, page.grid.height, 0
    spare = room.height - len(rows) * height - (len(rows) - 1) * ROW_GAP
    for number, row in enumerate(rows):
        place = Rect(room.x, room.y + (spare + 1) // 2 + number * (height + ROW_GAP), room.width, height)
        keyed = [replace(label, key=_key(label, key + offset), edged=page.large) for offset, label in enumerate(row, 1)]
        page.row(keyed, place)
        key += len(row)
    page.focus = len(page.targets) - 1
    return page.page()


def _key(label: Label, number: int) -> str:
    """Digits choose as far as there are digits; 0 goes on, as everywhere."""
    if label.look is Look.MAIN:
        return "0"
    return str(number) if number < 10 else ""


def _choice(scene: Scene, message: str, action: Action, *, chosen: bool) -> Label:
    return Label(scene.say(f"terminal.view.{message}"), action, chosen=chosen, choosable=True)


def _letters(scene: Scene) -> list[Label]:
    if not scene.letters:
        return []
    large = scene.visit.comfort.large
    return [
        _choice(scene, "usual", Letters(False), chosen=not large),
        _choice(scene, "large", Letters(True), chosen=large),
    ]


def _order(scene: Scene) -> list[Label]:
    now = scene.visit.comfort.order
    return [_choice(scene, order.value, Arrange(order), chosen=order is now) for order in Order]


def _colours(scene: Scene) -> list[Label]:
    now = scene.visit.comfort.colours
    return [_choice(scene, colours.value, Colour(colours), chosen=colours is now) for colours in Colours]


def _voice(scene: Scene) -> list[Label]:
    if not scene.speech:
        return []
    steps: tuple[tuple[str, Action], ...] = (
        ("slower", Faster(-1)),
        ("faster", Faster(1)),
        ("quieter", Louder(-1)),
        ("louder", Louder(1)),
    )
    return [Label(scene.say(f"terminal.view.{name}"), action) for name, action in steps]
