// Touches and keys, as the sequences a terminal gets. A touch is one press and one release, whatever device made it.
//
// Only the first finger counts. What the browser would make of a gesture or a key besides (zoom, scroll, selection, menu,
// its own shortcuts) is prevented where a page may; F11 is left to whoever wants the window to fill the screen.

const KEYS = {
  Enter: "\r", Tab: "\t", Backspace: "\x7f", Escape: "\x1b", Delete: "\x1b[3~",
  ArrowUp: "\x1b[A", ArrowDown: "\x1b[B", ArrowRight: "\x1b[C", ArrowLeft: "\x1b[D",
  F1: "\x1bOP", F2: "\x1bOQ", F3: "\x1bOR", F4: "\x1bOS", F5: "\x1b[15~", F6: "\x1b[17~", F7: "\x1b[18~", F8: "\x1b[19~",
  F9: "\x1b[20~", F10: "\x1b[21~", F12: "\x1b[24~",
};
const NOWHERE = [0, 0]; // the first cell belongs to no target

export function listen(screen, say) {
  let pressed = null;
  const report = ([x, y], end) => say(`\x1b[<0;${x + 1};${y + 1}${end}`);
  const release = (place) => {
    if (pressed === null) return;
    pressed = null;
    report(place, "m");
  };

  screen.canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    if (!event.isPrimary || event.button !== 0 || pressed !== null) return;
    pressed = event.pointerId;
    screen.canvas.setPointerCapture(pressed);
    report(screen.at(event.clientX, event.clientY), "M");
  });
  screen.canvas.addEventListener("pointerup", (event) => {
    if (event.pointerId === pressed) release(screen.at(event.clientX, event.clientY));
    if (event.pointerType === "touch") fillScreen();
  });
  screen.canvas.addEventListener("pointercancel", (event) => {
    if (event.pointerId === pressed) release(NOWHERE);
  });

  addEventListener("keydown", (event) => {
    if (event.key === "F11") return;
    event.preventDefault();
    if (event.repeat) return; // a key that is held counts once
    const written = event.getModifierState("AltGraph") || !(event.ctrlKey || event.altKey || event.metaKey);
    if (event.key === "Tab" && event.shiftKey) say("\x1b[Z");
    else if (written && event.key in KEYS) say(KEYS[event.key]);
    else if (written && [...event.key].length === 1) say(event.key);
  });

  for (const gesture of ["contextmenu", "dblclick", "dragstart", "selectstart", "gesturestart", "touchstart", "touchmove", "wheel"])
    addEventListener(gesture, (event) => event.preventDefault(), { passive: false });
  return () => { pressed = null; };
}

// A browser allows it only at a touch; with a mouse there is a keyboard, and F11.
function fillScreen() {
  if (!document.fullscreenElement) document.documentElement.requestFullscreen?.({ navigationUI: "hide" })?.catch(() => {});
}
