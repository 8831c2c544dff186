"""What printers, copiers, scanners, fax machines and telephones do to a page of grey pixels.

Each function takes a page, its resolution and a source of chance, and gives a page; the same seed gives the same. What
moves the page about leaves its size in pixels as it is.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from channels.paper.training.pens import Grey

Rng = np.random.Generator
MM_PER_INCH = 25.4
NOISE_SIDE = 512
WHITE = 255
BOXES = 0.08, 0.14  # of a page's width: where forms have theirs


def noisy(page: Grey, rng: Rng, sigma: float) -> Grey:
    """A sensor's noise; one tile of it, laid at random."""
    tile = rng.normal(0, sigma, (NOISE_SIDE, NOISE_SIDE)).astype(np.int8)
    tile = np.roll(tile, tuple(rng.integers(0, NOISE_SIDE, 2)), (0, 1))
    reps = -(-page.shape[0] // NOISE_SIDE), -(-page.shape[1] // NOISE_SIDE)
    noise = np.tile(tile, reps)[: page.shape[0], : page.shape[1]]
    return np.asarray(cv2.add(page, noise, dtype=cv2.CV_8U), np.uint8)


def blurred(page: Grey, sigma_px: float) -> Grey:
    return np.asarray(cv2.GaussianBlur(page, (0, 0), sigma_px), np.uint8) if sigma_px > 0.2 else page


def toned(page: Grey, curve: NDArray[np.float64]) -> Grey:
    """Every grey by a curve of 256 values."""
    return np.asarray(cv2.LUT(page, np.clip(np.round(curve), 0, 255).astype(np.uint8)), np.uint8)


def shaded(page: Grey, light: NDArray[np.float32]) -> Grey:
    """Multiplied with a coarse field of light, which is enlarged to the page."""
    whole = cv2.resize(light, (page.shape[1], page.shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.multiply(page, whole, dtype=cv2.CV_8U), np.uint8)


def warped(page: Grey, matrix: NDArray[np.float64], border: int = WHITE) -> Grey:
    size = (page.shape[1], page.shape[0])
    warp = cv2.warpAffine if matrix.shape[0] == 2 else cv2.warpPerspective
    return np.asarray(warp(page, matrix, size, flags=cv2.INTER_LINEAR, borderValue=border), np.uint8)


def turned(page: Grey, degrees: float, scale: float = 1.0, shift_px: tuple[float, float] = (0.0, 0.0)) -> Grey:
    matrix = np.asarray(cv2.getRotationMatrix2D((page.shape[1] / 2, page.shape[0] / 2), degrees, scale), np.float64)
    matrix[:, 2] += np.array(shift_px)
    return warped(page, matrix)


def _greys() -> NDArray[np.float64]:
    return np.arange(256, dtype=np.float64)


def clean(page: Grey, rng: Rng, dpi: float) -> Grey:
    """A good scanner, well kept."""
    return noisy(blurred(page, 0.4 * dpi / 200), rng, 1.5)


def office(page: Grey, rng: Rng, dpi: float) -> Grey:
    """The scanner of an office: a little askew, a little soft, paper not quite white, black not quite black."""
    shift = tuple(rng.normal(0, 1.2 * dpi / MM_PER_INCH, 2))
    page = turned(page, rng.normal(0, 0.7), rng.normal(1, 0.003), (shift[0], shift[1]))
    page = blurred(page, rng.uniform(0.4, 0.9) * dpi / 200)
    black, white, gamma = rng.uniform(0, 45), rng.uniform(225, 255), rng.uniform(0.8, 1.25)
    page = toned(page, black + (white - black) * (_greys() / 255) ** gamma)
    return noisy(page, rng, rng.uniform(2, 6))


def copied(page: Grey, rng: Rng, dpi: float) -> Grey:
    """A copier: harder, with specks, a little larger or smaller."""
    return hardened(turned(page, rng.normal(0, 0.5), rng.uniform(0.985, 1.012)), rng, dpi)


def hardened(page: Grey, rng: Rng, dpi: float) -> Grey:
    """What a copier does to the greys."""
    page = noisy(blurred(page, rng.uniform(0.7, 1.2) * dpi / 200), rng, 5)
    middle, steep = rng.uniform(125, 190), rng.uniform(0.02, 0.05)
    page = toned(page, 255 / (1 + np.exp(-steep * (_greys() - middle))) * rng.uniform(0.97, 1.05))
    return specked(page, rng, dpi, 80)


def hardened_twice(page: Grey, rng: Rng, dpi: float) -> Grey:
    """Boxes stay where they are, for whoever marks them."""
    return hardened(hardened(page, rng, dpi), rng, dpi)


def specked(page: Grey, rng: Rng, dpi: float, count: int) -> Grey:
    """Dirt on the glass and in the toner."""
    page = page.copy()
    largest = max(1, round(0.18 * dpi / MM_PER_INCH))
    for _ in range(rng.poisson(count)):
        x, y = int(rng.integers(page.shape[1])), int(rng.integers(page.shape[0]))
        radius = int(min(largest, rng.exponential(1.0)))
        cv2.circle(page, (x, y), radius, int(rng.integers(0, 150)), -1)
    return page


def copy_of_a_copy(page: Grey, rng: Rng, dpi: float) -> Grey:
    return copied(copied(page, rng, dpi), rng, dpi)


def pale(page: Grey, rng: Rng, dpi: float) -> Grey:
    """Printed with the last of the toner: in bands, and worn where the drum is."""
    rows, columns = 40, 28
    fading = rng.uniform(0.25, 0.6) + 0.25 * rng.random((1, columns)) + 0.1 * rng.normal(size=(rows, columns))
    ink = cv2.resize(fading.clip(0.15, 1).astype(np.float32), (page.shape[1], page.shape[0]))
    texture = rng.random((NOISE_SIDE, NOISE_SIDE), np.float32)
    holes = np.tile(texture, (-(-page.shape[0] // NOISE_SIDE), -(-page.shape[1] // NOISE_SIDE)))
    ink = ink * (0.75 + 0.25 * holes[: page.shape[0], : page.shape[1]])
    return WHITE - np.asarray(cv2.multiply(WHITE - page, ink, dtype=cv2.CV_8U), np.uint8)


def low_toner(page: Grey, rng: Rng, dpi: float) -> Grey:
    """A pale copy of a page that was filled in."""
    return office(pale(page, rng, dpi), rng, dpi)


def jpeg(page: Grey, quality: int) -> Grey:
    _, data = cv2.imencode(".jpg", page, (cv2.IMWRITE_JPEG_QUALITY, quality))
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


def jpeg_30(page: Grey, rng: Rng, dpi: float) -> Grey:
    return jpeg(office(page, rng, dpi), 30)


def askew(page: Grey, rng: Rng, dpi: float) -> Grey:
    """Five degrees."""
    return office(turned(page, rng.choice((-5, 5))), rng, dpi)


def upside_down(page: Grey, rng: Rng, dpi: float) -> Grey:
    return np.ascontiguousarray(office(page, rng, dpi)[::-1, ::-1])


def smaller(page: Grey, rng: Rng, dpi: float) -> Grey:
    """Printed to fit, at 97 %."""
    return office(turned(page, 0, 0.97), rng, dpi)


def larger(page: Grey, rng: Rng, dpi: float) -> Grey:
    """103 %, whose edges are lost."""
    return office(turned(page, 0, 1.03), rng, dpi)


def skewed(page: Grey, rng: Rng, dpi: float) -> Grey:
    """Sheared in the feeder."""
    shear = rng.choice((-1, 1)) * rng.uniform(0.006, 0.014)
    matrix = np.array(((1, shear, -shear * page.shape[0] / 2), (0, 1, 0)), np.float64)
    return office(warped(page, matrix), rng, dpi)


def stretched(page: Grey, rng: Rng, dpi: float) -> Grey:
    """Fed unevenly: longer here, shorter there."""
    rows = np.arange(page.shape[0], dtype=np.float32)
    slip = rng.uniform(0.4, 1.0) * dpi / MM_PER_INCH
    waves = slip * np.sin(2 * np.pi * (rows / page.shape[0] * rng.uniform(0.7, 2) + rng.random()))
    source = rows * rng.uniform(0.992, 1.0) + waves.astype(np.float32)
    across = np.arange(page.shape[1], dtype=np.float32)
    x, y = (grid.astype(np.float32) for grid in np.meshgrid(across, source))
    return office(np.asarray(cv2.remap(page, x, y, cv2.INTER_LINEAR, borderValue=WHITE), np.uint8), rng, dpi)


def streaked(page: Grey, rng: Rng, dpi: float) -> Grey:
    """Dust on the glass of a feeder: lines down the whole page, half of them where the boxes stand."""
    page = office(page, rng, dpi)
    for _ in range(rng.integers(1, 4)):
        begin, end = BOXES if rng.random() < 0.5 else (0.0, 0.99)
        x, width = int(rng.uniform(begin, end) * page.shape[1]), int(rng.integers(1, 4))
        dark = np.float32(rng.uniform(0.15, 0.9))
        page[:, x : x + width] = (page[:, x : x + width] * dark).astype(np.uint8)
    return page


def fax(page: Grey, rng: Rng, dpi: float) -> Grey:
    """200 by 100 dots an inch of black or white; every line twice, as fax servers write them."""
    page = office(page, rng, dpi)
    half = cv2.resize(page, (page.shape[1], page.shape[0] // 2), interpolation=cv2.INTER_AREA)
    one_bit = np.where(half < rng.uniform(135, 175), 0, 255).astype(np.uint8)
    whole = cv2.resize(one_bit, (page.shape[1], page.shape[0]), interpolation=cv2.INTER_NEAREST)
    return np.asarray(whole, np.uint8)


def one_bit(page: Grey, rng: Rng, dpi: float) -> Grey:
    """Scanned in black and white."""
    return np.where(office(page, rng, dpi) < rng.uniform(120, 185), 0, 255).astype(np.uint8)


def scan_app(page: Grey, rng: Rng, dpi: float) -> Grey:
    """Black where it is darker than what is around, as apps make of a photo: what is filled comes out hollow."""
    page = office(page, rng, dpi)
    around = 2 * round(rng.uniform(1.5, 4.5) * dpi / MM_PER_INCH / 2) + 1
    mean = cv2.ADAPTIVE_THRESH_GAUSSIAN_C if rng.random() < 0.5 else cv2.ADAPTIVE_THRESH_MEAN_C
    made = cv2.adaptiveThreshold(page, WHITE, mean, cv2.THRESH_BINARY, around, rng.uniform(6, 25))
    return np.asarray(made, np.uint8)


def dithered(page: Grey, rng: Rng, dpi: float) -> Grey:
    """Black and white by an ordered pattern, as some scanners make of grey."""
    page = office(page, rng, dpi)
    bayer = np.array(((0, 8, 2, 10), (12, 4, 14, 6), (3, 11, 1, 9), (15, 7, 13, 5)), np.float32) * 16 + 8
    reps = -(-page.shape[0] // 4), -(-page.shape[1] // 4)
    return np.where(page > np.tile(bayer, reps)[: page.shape[0], : page.shape[1]], 255, 0).astype(np.uint8)


def phone_photo(page: Grey, rng: Rng, dpi: float) -> Grey:
    """Held in a hand: perspective, a table around it, uneven light, soft, and saved small."""
    height, width = page.shape
    sheet = np.array(((0, 0), (width, 0), (width, height), (0, height)), np.float32)
    inset = 0.05 * width
    corners = sheet * 0.9 + inset + rng.uniform(-0.035, 0.035, (4, 2)).astype(np.float32) * width
    matrix = np.asarray(cv2.getPerspectiveTransform(sheet, corners.astype(np.float32)), np.float64)
    page = warped(page, matrix, int(rng.integers(40, 150)))
    page = turned(page, rng.normal(0, 2))
    light = rng.uniform(0.55, 0.8) + rng.uniform(0, 0.4, (3, 2))
    page = shaded(page, light.astype(np.float32).clip(0.3, 1))
    page = toned(page, rng.uniform(10, 40) + 0.9 * _greys())
    page = blurred(page, rng.uniform(0.7, 1.3) * dpi / 200)
    return jpeg(noisy(page, rng, rng.uniform(3, 8)), int(rng.integers(55, 85)))


def dusty(page: Grey, rng: Rng, dpi: float) -> Grey:
    return specked(office(page, rng, dpi), rng, dpi, 400)
