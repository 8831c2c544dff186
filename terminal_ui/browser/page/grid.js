// How large the letters are: as large as leaves room for the grid that the terminal's layouts need.
//
// The standard grid is taken where its capital letters come to about 6 mm, else the large one, which has fewer signs. A
// browser does not tell millimetres: on a tablet a CSS pixel is about 0.17 mm, on a screen with a mouse 0.26 mm.

export const ADVANCE = 0.602, ASCENT = 0.928, DESCENT = 0.236, CAPITAL = 0.729; // of DejaVu Sans Mono, to its size
const COARSE = 0.17, FINE = 0.26; // millimetres a CSS pixel
const LEAST = 5.5; // millimetres of a capital letter

// { columns, rows, font, cell: [width, height] } in device pixels, with at least the signs of `least`.
export function fill(width, height, least) {
  const font = Math.max(4, Math.min(width / least.columns / ADVANCE, height / least.rows / (ASCENT + DESCENT)));
  const columns = Math.max(least.columns, Math.floor(width / (font * ADVANCE) + 1e-6));
  const rows = Math.max(least.rows, Math.floor(height / (font * (ASCENT + DESCENT)) + 1e-6));
  return { columns, rows, font, cell: [Math.max(1, Math.floor(width / columns)), Math.max(1, Math.floor(height / rows))] };
}

// The grid for a window of this size in CSS pixels. `large`: somebody asked for large letters.
export function choose(width, height, ratio, coarse, grids, large) {
  const standard = fill(width * ratio, height * ratio, grids.standard);
  const capital = (standard.font / ratio) * CAPITAL * (coarse ? COARSE : FINE);
  return large || capital < LEAST ? fill(width * ratio, height * ratio, grids.large) : standard;
}
