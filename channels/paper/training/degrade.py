"""All that can happen to a page, by name: to the form before somebody fills it in, or to the page afterwards.

Ink on a pale print is as dark as on a good one, and a mark on a photocopied form is no copy; so it matters when.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from channels.paper.training import machines, wear
from channels.paper.training.pens import Grey

Degrade = Callable[[Grey, np.random.Generator, float], Grey]  # page, chance, dots an inch

AFTER: Mapping[str, Degrade] = {
    "clean": machines.clean,
    "office": machines.office,
    "copy of a copy": machines.copy_of_a_copy,
    "low toner": machines.low_toner,
    "JPEG 30": machines.jpeg_30,
    "5 degrees": machines.askew,
    "upside down": machines.upside_down,
    "97 %": machines.smaller,
    "103 %": machines.larger,
    "skew": machines.skewed,
    "stretch": machines.stretched,
    "streak": machines.streaked,
    "fold": wear.folded,
    "punch holes, staple": wear.punched,
    "coffee": wear.coffee,
    "bleed-through": wear.bled_through,
    "corner": wear.cornered,
    "dust": machines.dusty,
    "fax": machines.fax,
    "1-bit": machines.one_bit,
    "dithered": machines.dithered,
    "scan app": machines.scan_app,
    "phone photo": machines.phone_photo,
}
BEFORE: Mapping[str, Degrade] = {"pale print": machines.pale, "copied form": machines.hardened_twice}
NAMES = (*AFTER, *BEFORE)


def handed_out(form: Grey, name: str, seed: int, dpi: float) -> Grey:
    """The form as somebody gets it to fill in."""
    return BEFORE[name](form, np.random.default_rng(seed), dpi) if name in BEFORE else form


def degrade(page: Grey, name: str, seed: int, dpi: float) -> Grey:
    """The page as it is scanned; the same for the same seed."""
    return AFTER.get(name, machines.office)(page, np.random.default_rng(seed), dpi)
