// The cells, painted on a canvas. Understands what Textual writes and no more: places, colours, bold, and text.
//
// Blocks are painted as rectangles, since a font's may miss a pixel at the cell's edge; every other sign is drawn by
// itself in its cell, so that no row can drift out of its columns.

import { ASCENT, DESCENT } from "./grid.js";

const PIECES = /\x1b\[([<=>?]?)([\d;]*)[ -/]*([@-~])|\x1b[@-Z\\^_]?|[\x00-\x1a\x1c-\x1f\x7f]|[^\x00-\x1f\x7f]+/g;
const WIDE = /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;
const NARROW = /\p{Mark}|[\u200b-\u200d]/u; // stands over the sign before it
const BLOCKS = { // from where to where in the cell
  "█": [0, 0, 1, 1], "▀": [0, 0, 1, 1 / 2], "▄": [0, 1 / 2, 1, 1], "▌": [0, 0, 1 / 2, 1], "▐": [1 / 2, 0, 1, 1],
  "▔": [0, 0, 1, 1 / 8], "▁": [0, 7 / 8, 1, 1], "▏": [0, 0, 1 / 8, 1], "▕": [7 / 8, 0, 1, 1],
};
const PLAIN = { fore: "#141a21", back: "#f1ede1", bold: false };

export class Screen {
  constructor(canvas) {
    this.canvas = canvas;
    this.brush = canvas.getContext("2d", { alpha: false });
    this.decoder = new TextDecoder();
    this.waiting = new Set(); // rows to be painted with the next picture
    this.grid = { columns: 0, rows: 0, font: 0, cell: [1, 1] };
    this.clear();
  }

  // As before anybody was here.
  clear() {
    this.ink = PLAIN;
    this.x = this.y = 0;
    this.decoder = new TextDecoder();
    this.cells = Array.from({ length: this.grid.rows }, () => this.#blank());
    this.#paintAll();
  }

  // Other letters, or another window. What was there stays where it was until it is written anew.
  resize(width, height, grid) {
    const before = this.cells;
    Object.assign(this.canvas, { width, height });
    this.grid = grid;
    this.cells = Array.from({ length: grid.rows }, (_, y) => this.#blank().map((cell, x) => before[y]?.[x] ?? cell));
    this.#paintAll();
  }

  // Take in what the program wrote; whether anything can be seen of it.
  write(bytes) {
    let seen = false;
    for (const [piece, mark, numbers, command] of this.decoder.decode(bytes, { stream: true }).matchAll(PIECES)) {
      if (command) this.#obey(mark + command, numbers.split(";").map(Number));
      else if (piece >= " ") seen = this.#put(piece) || seen;
    }
    return seen;
  }

  // The cell at a place in CSS pixels, within the grid.
  at(x, y) {
    const { columns, rows, cell: [width, height] } = this.grid;
    const ratio = this.canvas.width / this.canvas.clientWidth;
    const within = (value, count) => Math.max(0, Math.min(count - 1, Math.floor(value)));
    return [within((x * ratio - this.left) / width, columns), within((y * ratio - this.top) / height, rows)];
  }

  lines() {
    return this.cells.map((row) => row.map((cell) => cell.sign).join(""));
  }

  get left() { return Math.floor((this.canvas.width - this.grid.columns * this.grid.cell[0]) / 2); }
  get top() { return Math.floor((this.canvas.height - this.grid.rows * this.grid.cell[1]) / 2); }

  #blank() {
    return Array.from({ length: this.grid.columns }, () => ({ sign: " ", ink: PLAIN }));
  }

  #obey(command, numbers) {
    if (command === "H") [this.y, this.x] = [Math.max(1, numbers[0]) - 1, Math.max(1, numbers[1] ?? 1) - 1];
    else if (command === "J") this.clear();
    else if (command === "m") this.#dip(numbers);
  }

  #dip(numbers) {
    const ink = { ...this.ink };
    const colour = (at) => `rgb(${numbers.slice(at + 2, at + 5).join(" ")})`;
    for (let at = 0; at < numbers.length; at++) {
      if (numbers[at] === 0) Object.assign(ink, PLAIN);
      else if (numbers[at] === 1) ink.bold = true;
      else if (numbers[at] === 38 || numbers[at] === 48) {
        ink[numbers[at] === 38 ? "fore" : "back"] = colour(at);
        at += 4;
      }
    }
    this.ink = ink;
  }

  #put(text) {
    const row = this.cells[this.y];
    for (const sign of row ? text : "") {
      if (NARROW.test(sign)) {
        if (row[this.x - 1]) row[this.x - 1] = { ...row[this.x - 1], sign: row[this.x - 1].sign + sign };
        continue;
      }
      const wide = WIDE.test(sign);
      if (this.x < row.length) row[this.x] = { sign, ink: this.ink };
      if (wide && this.x + 1 < row.length) row[this.x + 1] = { sign: "", ink: this.ink };
      this.x += wide ? 2 : 1;
    }
    this.#paint(this.y);
    return Boolean(row) && text.trim() !== "";
  }

  #paintAll() {
    this.cells.forEach((_, y) => this.#paint(y));
  }

  #paint(y) {
    if (!this.waiting.size) requestAnimationFrame(() => this.#picture());
    this.waiting.add(y);
  }

  #picture() {
    const { canvas, brush } = this;
    if (this.waiting.size >= this.grid.rows) {
      brush.fillStyle = this.cells[0]?.[0]?.ink.back ?? PLAIN.back; // around the grid, where it does not fill the window
      brush.fillRect(0, 0, canvas.width, canvas.height);
    }
    for (const y of this.waiting) if (y < this.cells.length) this.#row(y);
    this.waiting.clear();
  }

  #row(y) {
    const [width, height] = this.grid.cell, row = this.cells[y], top = this.top + y * height;
    row.forEach(({ ink }, x) => this.#fill(ink.back, this.left + x * width, top, width, height));
    row.forEach(({ sign, ink }, x) => {
      const left = this.left + x * width;
      if (sign in BLOCKS) {
        const [from, over, to, under] = BLOCKS[sign].map((part, side) => Math.round(part * (side % 2 ? height : width)));
        this.#fill(ink.fore, left + from, top + over, to - from, under - over);
      } else if (sign.trim()) this.#sign(sign, ink, left, top);
    });
  }

  #fill(colour, x, y, width, height) {
    this.brush.fillStyle = colour;
    this.brush.fillRect(x, y, width, height);
  }

  #sign(sign, ink, left, top) {
    const { font, cell: [, height] } = this.grid;
    this.brush.font = `${ink.bold ? "bold " : ""}${font}px Terminal, monospace`;
    this.brush.fillStyle = ink.fore;
    this.brush.fillText(sign, left, top + (height - font * (ASCENT + DESCENT)) / 2 + font * ASCENT);
  }
}
