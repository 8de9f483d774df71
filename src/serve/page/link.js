// The connection to the server: frames in, views and acknowledgements out; it comes back by itself.

const FIRST_WAIT = 300, LONGEST_WAIT = 5000;
/** Frames come at least four times a second: without one for so long something is wrong, and then it is tried anew. */
const LATE = 1500, GONE = 4000;

/** A frame: its header, and arrays in its buffer. */
export class Frame {
  constructor(buffer) {
    const length = new DataView(buffer).getUint32(0, true);
    this.header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    this.begin = (4 + length + 7) & ~7;
    this.buffer = buffer;
  }
  floats(at, count) { return new Float32Array(this.buffer, this.begin + at, count); }
  words(at, count) { return new Uint32Array(this.buffer, this.begin + at, count); }
  bytes(at, count) { return new Uint8Array(this.buffer, this.begin + at, count); }
}

export class Link {
  /** `take` is given each frame; `tell` what becomes of the connection: a tone and a text. */
  constructor(take, tell) {
    Object.assign(this, { take, tell, wait: FIRST_WAIT, heard: performance.now(), socket: null, view: null, refused: "" });
    this.open();
    setInterval(() => this.look(), 250);
    document.addEventListener("visibilitychange", () => { this.heard = Math.max(this.heard, performance.now() - LATE / 2); });
    addEventListener("online", () => { if (!this.isOpen()) this.again(0); });
  }

  isOpen() { return this.socket?.readyState === WebSocket.OPEN; }

  /** How old what is shown is, in seconds. */
  age() { return (performance.now() - this.heard) / 1e3; }

  open() {
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.opened = performance.now();
    socket.onopen = () => {
      this.wait = FIRST_WAIT;
      this.refused = "";
      if (this.view) socket.send(this.view);
    };
    socket.onmessage = (event) => {
      if (socket !== this.socket) return;
      this.heard = performance.now();
      this.opened = this.heard;
      const frame = new Frame(event.data);
      this.take(frame, () => { if (socket.readyState === WebSocket.OPEN) socket.send(`{"ack":${frame.header.frame}}`); });
    };
    socket.onclose = () => { if (socket === this.socket) this.lost(); };
  }

  async lost() {
    this.socket = null;
    // A refusal of a WebSocket tells no reason; an ordinary question does.
    try {
      const answer = await fetch("/api/start", { signal: AbortSignal.timeout(3000) });
      this.refused = answer.status === 401 ? "the token is not valid any more: open the address that ringplot serve prints" : "";
    } catch { this.refused = ""; }
    this.again(this.wait);
    this.wait = Math.min(this.wait * 1.6, LONGEST_WAIT);
  }

  again(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { if (!this.socket) this.open(); }, wait);
  }

  look() {
    const now = performance.now();
    const silent = now - Math.max(this.heard, this.opened);
    if (document.visibilityState === "visible" && this.socket && silent > GONE) {
      const socket = this.socket;
      socket.onclose = socket.onmessage = null;
      socket.close();
      this.lost();
    }
    const old = `picture ${Math.floor(this.age())} s old`;
    if (this.refused) this.tell("bad", this.refused);
    else if (!this.isOpen()) this.tell("bad", `disconnected · ${old}`);
    else if (now - this.heard > LATE) this.tell("warn", `no answer · ${old}`);
    else this.tell("good", "connected");
  }

  /** Says what is shown from now on. */
  show(panels, fps) {
    const view = JSON.stringify({ view: { panels, fps } });
    if (view === this.view) return;
    this.view = view;
    if (this.isOpen()) this.socket.send(view);
  }
}
