// What is read aloud, one piece after the other, on the tablet's own loudspeaker. Nothing of it is kept.

export class Sounds {
  constructor() {
    this.queue = [];
    this.audio = new Audio();
    this.audio.onended = this.audio.onerror = () => this.#next();
  }

  play(wav) {
    this.queue.push({ wav });
    if (this.queue.length === 1) this.#start();
  }

  hush() {
    this.queue = [];
    this.#forget();
  }

  // Without its source alone the element would keep the sound, and a key of a headset play it to the next person.
  #forget() {
    this.audio.removeAttribute("src");
    this.audio.load();
  }

  #start() {
    const piece = this.queue[0];
    this.audio.src = `data:audio/wav;base64,${piece.wav}`;
    this.audio.play().catch(() => {
      if (this.queue[0] === piece) this.#next(); // the browser lets no page speak before the first touch
    });
  }

  #next() {
    this.queue.shift();
    if (this.queue.length) this.#start();
    else this.#forget();
  }
}
