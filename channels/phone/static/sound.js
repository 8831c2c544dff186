// What is heard: the real sound files. Each ends by itself, or at once when its signal says so.

export class Speaker {
  #context = null;

  // To be called when somebody clicks: before that no browser lets a page speak.
  wake() {
    this.#context ??= new AudioContext();
    return this.#context.resume();
  }

  async load(address) {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(await answer.text());
    return this.#context.decodeAudioData(await answer.arrayBuffer());
  }

  play(buffer, signal) {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const source = new AudioBufferSourceNode(this.#context, { buffer });
      source.connect(this.#context.destination);
      source.onended = resolve;
      signal.addEventListener("abort", () => source.stop(), { once: true });
      source.start();
    });
  }
}

export function pause(seconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
