"""What the reader sees of a page that was filled in and then degraded: its patches, beside the truth about each.

The same page without marks is degraded by the same chance. Where the two differ in a box is the ink that can be seen
at all: a pencil that a scanner in black and white lost is nobody's mistake.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from channels.paper import code
from channels.paper.code import Mark
from channels.paper.fit import PX_MM
from channels.paper.locate import ENOUGH_TAGS, find_codes, find_tags, place, view
from channels.paper.marks.statistics import Floats
from channels.paper.read import LOST_SHARE
from channels.paper.sample import cut, sample
from channels.paper.sheet import Shape
from channels.paper.training.degrade import degrade, handed_out
from channels.paper.training.filled import Filled
from channels.paper.training.forms import Blank
from channels.paper.training.hands import Drawn
from channels.paper.training.pens import Grey

SEEN = 0.15  # of the way from paper to black: what the mark changed by so much, one can see
RIM_PX = 4  # of a patch: what is seen there is beside the box


@dataclass(frozen=True, slots=True, eq=False)
class Scanned:
    """A page that somebody filled in, and the scan of it; `clean` is the same without the marks."""

    form: Blank
    drawn: tuple[Drawn, ...]
    marked: Grey
    clean: Grey


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """`patches` (n, 36, 36) of the boxes in their order; `visible_mm2` of ink that can be seen at each."""

    patches: Floats
    circles: NDArray[np.bool_]
    targets: Floats
    kinds: tuple[str, ...]
    visible_mm2: Floats


def filled_in(blank: Blank, fill: Callable[[Blank], Filled], name: str, seed: int) -> Scanned:
    """A page of this form on its way through what `name` stands for."""
    form = replace(blank, grey=handed_out(blank.grey, name, seed, blank.dpi))
    filled = fill(form)
    return Scanned(
        form,
        filled.drawn,
        degrade(filled.page, name, seed, blank.dpi),
        degrade(form.grey, name, seed, blank.dpi),
    )


def seen(scanned: Scanned) -> Seen | None:
    """None where the page, its code or its boxes cannot be found on the scan: as `read.read_page` goes about it."""
    blank = scanned.form
    boxes, meant = blank.page.boxes, Mark(blank.sheet.id, blank.serial, blank.page.number)
    picture = view(scanned.marked)
    tags = find_tags(picture.small)
    sign = next((sign for sign in find_codes(picture, tags) if code.read(sign.text) == meant), None)
    where = place(blank.page.tags, tags, (blank.page.code, sign.corners)) if sign else None
    if sign is None or where is None:
        return None
    own = [tags[tag.id] for tag in blank.page.tags if tag.id in tags]
    sampled = sample(picture, where, boxes, [*own, sign.corners])
    if where.tags < ENOUGH_TAGS and sampled.fit.share < LOST_SHARE:
        return None
    marked = cut(picture.small, where, sampled.fit.centres_mm)
    clean = cut(view(scanned.clean).small, where, sampled.fit.centres_mm)
    return Seen(
        sampled.patches,
        np.array([box.shape is Shape.CIRCLE for box in boxes]),
        np.array([drawn.target for drawn in scanned.drawn], np.float32),
        tuple(drawn.kind for drawn in scanned.drawn),
        _visible_mm2(clean, marked),
    )


def _visible_mm2(clean: Floats, marked: Floats) -> Floats:
    black, white = np.percentile(clean, (1, 80))
    changed = np.abs(clean - marked) > SEEN * max(white - black, 1.0)
    inner = changed[:, RIM_PX:-RIM_PX, RIM_PX:-RIM_PX].reshape(len(clean), -1)
    return np.asarray(inner.sum(axis=1) * PX_MM**2, np.float32)
