// What is read aloud, one piece after the other, on the tablet's own loudspeaker. Nothing of it is kept.

export class Sounds {
  // `heard` is told the number of every piece that is over.
  constructor(heard) {
    this.heard = heard;
    this.queue = [];
    this.audio = new Audio();
    this.audio.onended = this.audio.onerror = () => this.#next();
  }

  play(number, wav) {
    this.queue.push({ number, wav });
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
    const { number, wav } = this.queue[0];
    this.audio.src = `data:audio/wav;base64,${wav}`;
    this.audio.play().catch(() => {
      if (this.queue[0]?.number === number) this.#next(); // the browser lets no page speak before the first touch
    });
  }

  #next() {
    const over = this.queue.shift();
    if (!over) return;
    this.heard(over.number);
    if (this.queue.length) this.#start();
    else this.#forget();
  }
}
