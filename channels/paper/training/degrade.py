"""All that can happen to a page, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from channels.paper.training import machines, wear
from channels.paper.training.pens import Grey

Degrade = Callable[[Grey, np.random.Generator, float], Grey]  # page, chance, dots an inch

ALL: Mapping[str, Degrade] = {
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
    "phone photo": machines.phone_photo,
}


def degrade(page: Grey, name: str, seed: int, dpi: float) -> Grey:
    """The page after what `name` stands for; the same for the same seed."""
    return ALL[name](page, np.random.default_rng(seed), dpi)
