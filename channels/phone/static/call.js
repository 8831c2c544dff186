// One call, from the ring to the end: the same steps as on a real line (channels/phone/line.py), done by a page.

import { pause } from "./sound.js";

class Gone extends Error {}

function onlyGone(error) {
  if (!(error instanceof Gone)) throw error;
}

export class Call {
  #gone = new AbortController();
  #heed = null; // who waits for a key now
  #early = []; // keys pressed while nobody did: they count for what comes next, unless that has to be heard
  #step = 0;

  constructor({ office, speaker, microphone, screen }) {
    Object.assign(this, { office, speaker, microphone, screen });
    this.gone = new Promise((_, reject) => this.#gone.signal.addEventListener("abort", () => reject(new Gone())));
    this.gone.catch(() => {});
  }

  async lead() {
    try {
      let event = { is: "Rang" };
      do {
        const step = await this.office.hand(this.#step, event);
        this.#step = step.number;
        event = await this.#perform(step);
      } while (event);
    } catch (error) {
      if (!(error instanceof Gone)) {
        this.leave(); // else the office would go on waiting for somebody who hears nothing
        throw error;
      }
      await this.office.hand(this.#step, { is: "HungUp" });
    } finally {
      this.microphone.close();
    }
  }

  press(key) {
    const heed = this.#heed;
    this.#heed = null;
    heed ? heed(key) : this.#early.push(key);
  }

  hangUp() {
    this.#gone.abort();
  }

  // The page goes away, and cannot wait for anything.
  leave() {
    this.office.leave(this.#step);
    this.hangUp();
  }

  async #perform({ say, must_hear, then }) {
    if (this.#gone.signal.aborted) throw new Gone();
    const sounds = this.#loading(say);
    if (must_hear) {
      this.screen.state("must_hear");
      await this.#speak(sounds.slice(0, must_hear), false);
    }
    this.screen.state("speaking");
    const key = await this.#speak(sounds.slice(must_hear), then.is === "Keys");
    switch (then.is) {
      case "Keys":
        return this.#keys(key, then);
      case "Record":
        return this.#record(then);
      case "Transfer":
        return this.#transfer(then);
      case "HangUp":
        return null;
    }
  }

  // Each is asked for when the one before it is there, so that the first never waits for the others; and none any more
  // when a step is over.
  #loading(say) {
    const number = this.#step;
    let before = Promise.resolve();
    return say.map((one) => {
      const loaded = before.then(() => one.sound && number === this.#step && this.speaker.load(one.sound));
      loaded.catch(() => {}); // told where it is waited for; who presses a key first never hears of it
      before = loaded;
      return { ...one, loaded };
    });
  }

  // Say these; the key that interrupted, "" if none did.
  async #speak(sounds, interruptible) {
    const stop = new AbortController();
    const said = async () => {
      for (const one of sounds) {
        const buffer = await one.loaded;
        if (stop.signal.aborted) break;
        this.screen.says(one);
        await (one.sound ? this.speaker.play(buffer, stop.signal) : pause(one.seconds, stop.signal));
      }
      return "";
    };
    try {
      return await this.#unlessGone(interruptible ? [this.#key(), said()] : [said()]);
    } finally {
      stop.abort();
      this.#heed = null;
      if (!interruptible) this.#early = [];
    }
  }

  async #keys(first, { most, patience }) {
    let keys = "";
    for (let key = first || (await this.#waited("waiting", patience)); key; key = await this.#waited("waiting", patience)) {
      if (key === "#" && most > 1) return this.#pressed(keys, "#");
      keys += key;
      this.screen.typed(keys);
      if (keys.length >= most || keys === "*") break;
    }
    if (keys) return this.#pressed(keys, "");
    this.screen.did("silence");
    return { is: "Silent" };
  }

  #pressed(keys, end) {
    this.screen.did("pressed", keys + end);
    return { is: "Pressed", keys };
  }

  async #record({ seconds, tone }) {
    this.screen.state("microphone.ask");
    const open = await this.#unlessGone([this.microphone.open()]);
    await this.#speak([{ sound: tone, loaded: this.speaker.load(tone) }], false);
    if (!open) return this.#withoutMicrophone(seconds);
    this.microphone.start();
    await this.#waited("recording", seconds).catch(onlyGone); // whoever hangs up has spoken nevertheless
    const wav = await this.microphone.stop(seconds);
    this.screen.did("spoke");
    return { is: "Recorded", wav };
  }

  async #withoutMicrophone(seconds) {
    this.screen.state("microphone.none");
    const choice = await this.#unlessGone([this.screen.choice("microphone"), this.#key(seconds)]);
    if (choice !== "sample") {
      this.screen.did("said_nothing");
      return { is: "HeardNothing" };
    }
    const sample = this.office.sample;
    this.screen.state("recording", "", seconds);
    await this.#speak([{ sound: sample, loaded: this.speaker.load(sample) }], false);
    this.screen.did("spoke");
    return { is: "Recorded", wav: await (await fetch(sample)).arrayBuffer() };
  }

  async #transfer({ number }) {
    this.screen.state("transfer", number);
    const choice = await this.#unlessGone([this.screen.choice("transfer")]);
    return { is: choice === "answered" ? "HungUp" : "NotReached" };
  }

  async #waited(state, seconds) {
    this.screen.state(state, "", seconds);
    return this.#unlessGone([this.#key(seconds)]);
  }

  // The next key, "" when none comes in time.
  #key(seconds = Infinity) {
    if (this.#early.length) return Promise.resolve(this.#early.shift());
    return new Promise((resolve) => {
      const heed = (key) => (clearTimeout(timer), resolve(key));
      const late = () => {
        if (this.#heed === heed) this.#heed = null;
        resolve("");
      };
      const timer = seconds < Infinity ? setTimeout(late, seconds * 1000) : 0;
      this.#heed = heed;
    });
  }

  #unlessGone(promises) {
    return Promise.race([this.gone, ...promises]);
  }
}
