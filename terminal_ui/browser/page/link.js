// The line to the server. It comes back by itself, whatever broke it, and begins at the first screen then.
//
// A line can die without a word (a tablet carried out of the WLAN), so the page asks every second whether somebody is
// there. A page that is kept out learns why from a plain request, since a socket does not tell its status.

const TRIES = [200, 500, 1000, 2000]; // milliseconds before each next try; the last goes on
const ASK = 1000, PATIENCE = 3000; // milliseconds
const WHY = { 503: "full", 429: "often" };
const KEPT_OUT = 2000; // milliseconds before trying again where there was no room

export class Link {
  // `size` tells {columns, rows}; `onBytes` and `onPacket` take what comes, `onDown` why nothing does.
  constructor({ size, onBytes, onPacket, onDown }) {
    Object.assign(this, { size, onBytes, onPacket, onDown });
    this.tablet = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    this.tried = 0;
    setInterval(() => this.#ask(), ASK);
    this.#open();
  }

  // There is a picture: the next trouble is a new one.
  well() {
    this.tried = 0;
  }

  say(...words) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(words));
  }

  #address(scheme) {
    const { columns, rows } = this.size();
    const address = new URL("ws", location.href);
    address.protocol = scheme + (location.protocol === "https:" ? "s:" : ":");
    address.search = new URLSearchParams({ tablet: this.tablet, width: columns, height: rows });
    return address;
  }

  #open() {
    const socket = (this.socket = new WebSocket(this.#address("ws")));
    let opened = false;
    socket.binaryType = "arraybuffer";
    this.asked = this.answered = 0;
    this.since = performance.now();
    socket.onopen = () => {
      opened = true;
      const { columns, rows } = this.size(); // it may have changed meanwhile
      this.say("size", columns, rows);
    };
    socket.onmessage = ({ data }) => {
      if (socket !== this.socket) return;
      if (typeof data !== "string") return this.onBytes(new Uint8Array(data));
      const packet = JSON.parse(data);
      if (packet.type === "pong") this.answered = packet.number;
      else this.onPacket(packet);
    };
    socket.onclose = () => {
      if (socket === this.socket) this.#lost(opened);
    };
  }

  async #lost(opened) {
    this.socket = null;
    this.onDown("wait");
    const why = opened ? undefined : await this.#why();
    if (why) this.onDown(why);
    setTimeout(() => this.#open(), why ? KEPT_OUT : TRIES[Math.min(this.tried++, TRIES.length - 1)]);
  }

  async #why() {
    try {
      return WHY[(await fetch(this.#address("http"), { signal: AbortSignal.timeout(ASK) })).status];
    } catch {
      return undefined; // nobody is there at all
    }
  }

  #ask() {
    const { socket } = this;
    if (!socket) return;
    if (this.asked === this.answered) {
      if (socket.readyState !== WebSocket.OPEN) this.#giveUpAfter(socket);
      else {
        this.say("ping", ++this.asked);
        this.since = performance.now();
      }
    } else this.#giveUpAfter(socket);
  }

  #giveUpAfter(socket) {
    if (performance.now() - this.since < PATIENCE) return;
    const opened = socket.readyState === WebSocket.OPEN;
    this.socket = null; // its own end may take minutes to be told
    socket.close();
    this.#lost(opened);
  }
}
