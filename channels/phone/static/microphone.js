// What somebody says, as a WAV file in the telephone's own format: 8,000 samples a second, 16 bit, one channel.
// The browser's decoder brings it to that rate, and filters what would not fit.

const RATE = 8000;
const HEADER = 44; // bytes

export class Microphone {
  #wanted = false;
  #stream = null;
  #recorder = null;
  #pieces = [];

  // False where there is none, or where it may not be used.
  async open() {
    this.#wanted = true;
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
    } catch {
      return false;
    }
    if (!this.#wanted) this.close(); // the browser asked, and meanwhile somebody hung up
    return true;
  }

  start() {
    this.#pieces = [];
    this.#recorder = new MediaRecorder(this.#stream);
    this.#recorder.ondataavailable = ({ data }) => this.#pieces.push(data);
    this.#recorder.start();
  }

  async stop(seconds) {
    const stopped = new Promise((resolve) => (this.#recorder.onstop = resolve));
    this.#recorder.stop();
    await stopped;
    this.close();
    return wav((await decoded(new Blob(this.#pieces))).subarray(0, seconds * RATE));
  }

  // So that the browser stops showing that it listens.
  close() {
    this.#wanted = false;
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
  }
}

async function decoded(blob) {
  try {
    const buffer = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(await blob.arrayBuffer());
    return buffer.getChannelData(0);
  } catch {
    return new Float32Array(); // it was stopped before there was anything in it
  }
}

function wav(samples) {
  const view = new DataView(new ArrayBuffer(HEADER + 2 * samples.length));
  const text = (at, letters) => [...letters].forEach((letter, n) => view.setUint8(at + n, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, HEADER - 8 + 2 * samples.length, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // plain samples
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, 2 * RATE, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((sample, n) => view.setInt16(HEADER + 2 * n, Math.max(-1, Math.min(1, sample)) * 32767, true));
  return view.buffer;
}
