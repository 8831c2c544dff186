// The page: the screen, the line to its program, the hand on it, and a veil while there is nothing to see.

import { choose } from "./grid.js";
import { listen } from "./hand.js";
import { Link } from "./link.js";
import { Screen } from "./screen.js";
import { Sounds } from "./sound.js";

const veil = document.querySelector("#veil");
const grids = Object.fromEntries(
  Object.entries(document.body.dataset).map(([name, size]) => {
    const [columns, rows] = size.split("x").map(Number);
    return [name, { columns, rows }];
  }),
);
export const screen = new Screen(document.querySelector("#screen"));
let large = false;

function fit() {
  const { clientWidth: width, clientHeight: height } = document.documentElement;
  const ratio = devicePixelRatio, before = screen.grid;
  const grid = choose(width, height, ratio, matchMedia("(pointer: coarse)").matches, grids, large);
  screen.resize(Math.round(width * ratio), Math.round(height * ratio), grid);
  if (grid.columns !== before.columns || grid.rows !== before.rows) link?.say("size", grid.columns, grid.rows);
}

function down(why) {
  veil.dataset.why = why;
  veil.hidden = false;
  large = false;
  forgetPress();
  sounds.hush();
  screen.clear(); // nothing of whoever stood here waits behind the veil
  fit();
}

function told(packet) {
  if (packet.type === "letters" && large !== packet.large) {
    large = packet.large;
    fit();
  } else if (packet.type === "sound") sounds.play(packet.wav);
  else if (packet.type === "hush") sounds.hush();
}

async function stayAwake() {
  if (document.visibilityState === "visible") await navigator.wakeLock?.request("screen").catch(() => {});
}

let link;
export const sounds = new Sounds();
const forgetPress = listen(screen, (keys) => link?.say("keys", keys));
await Promise.allSettled(["", "bold "].map((weight) => document.fonts.load(`${weight}20px Terminal`)));
fit();
link = new Link({
  size: () => screen.grid,
  onBytes: (bytes) => {
    if (screen.write(bytes) && !veil.hidden) {
      veil.hidden = true;
      link.well();
    }
  },
  onPacket: told,
  onDown: down,
});
addEventListener("resize", fit);
document.addEventListener("visibilitychange", stayAwake);
stayAwake();
