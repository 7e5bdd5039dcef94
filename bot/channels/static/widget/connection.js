/* The live connection: sessions, sending (again, after a lost connection), catching up. Protocol: bot/channels/socketio.py */

const ANSWER_WITHIN = 60_000;
const CATCH_UP_WITHIN = 10_000;

/** What the tab remembers; a browser that forbids storage just forgets at the next page. */
export class Memory {
  constructor(base) {
    this.prefix = `mobilise-chat ${base} `;
  }
  get(key) {
    try {
      return sessionStorage.getItem(this.prefix + key);
    } catch {
      return null;
    }
  }
  set(key, value) {
    try {
      if (value == null) sessionStorage.removeItem(this.prefix + key);
      else sessionStorage.setItem(this.prefix + key, value);
    } catch {
      /* forbidden by the browser */
    }
  }
}

/**
 * Talks with the server. Calls `on.message(message)`, `on.state("connecting" | "online" | "offline" | "unavailable")`,
 * `on.restarted()`, `on.sent(id)`, `on.failed(id)`, `on.caughtUp(howMany)`.
 */
export class Connection {
  constructor({ base, site, memory, language, on }) {
    Object.assign(this, { base: new URL(base), site, memory, language, on });
    this.waiting = new Map();
    this.lastId = null;
    this.ready = false;
    this.wasOnline = false;
  }

  async open() {
    if (this.socket) return;
    this.on.state("connecting");
    const { io } = await import(new URL("static/vendor/socket.io.esm.min.js", this.base).href);
    this.socket = io(this.base.origin, {
      path: `${this.base.pathname}socket.io/`,
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      reconnectionDelayMax: 10_000,
    });
    this.socket.on("connect", () => this.#requestSession());
    this.socket.on("session_confirm", (id) => this.#begin(id));
    this.socket.on("bot_uttered", (reply) => this.#receive(reply));
    this.socket.on("disconnect", (reason) => this.#lost(reason));
    this.socket.on("connect_error", () => this.on.state(this.wasOnline ? "offline" : "unavailable"));
  }

  /** Send a message, now or as soon as the connection is back; gives its id. */
  send(event, data) {
    const id = newId();
    this.waiting.set(id, { event, data, flying: false });
    this.#flush();
    return id;
  }

  /** Send a message again that got no answer in time; the server answers it only once. */
  retry(id, event, data) {
    this.waiting.set(id, { event, data, flying: false });
    this.#flush();
  }

  /** Send a file beside the connection, over which the replies come; tells whether it was taken. */
  async upload(id, file) {
    const { language, site } = this.#custom;
    const address = new URL(`attachments?${new URLSearchParams({ message_id: id, language, site })}`, this.base);
    const headers = { Authorization: `Bearer ${this.session}`, "X-File-Name": encodeURIComponent(file.name) };
    const answer = await fetch(address, { method: "POST", body: file, headers, credentials: "omit" });
    return answer.ok;
  }

  /** Leave the conversation and begin another. */
  restart() {
    this.memory.set("session", null);
    this.lastId = null;
    this.waiting.clear();
    this.ready = false;
    if (this.socket?.connected) this.#requestSession();
  }

  get #custom() {
    return { language: this.language(), site: this.site };
  }

  #requestSession() {
    this.socket.emit("session_request", { session_id: this.memory.get("session"), customData: this.#custom });
  }

  #begin(id) {
    const before = this.memory.get("session");
    this.memory.set("session", id);
    this.session = id;
    this.wasOnline = true;
    if (before && before !== id) {
      this.lastId = null;
      this.on.restarted();
    }
    this.#catchUp(before === id);
  }

  #catchUp(known) {
    if (!known) {
      this.#online(null);
      return;
    }
    const request = { session_id: this.session, after: this.lastId };
    this.socket.timeout(CATCH_UP_WITHIN).emit("history_request", request, (error, history) => {
      const messages = error ? [] : (history?.messages ?? []);
      for (const message of messages) this.#show(message);
      this.#online(messages.length);
    });
  }

  #online(caughtUp) {
    this.ready = true;
    this.on.state("online");
    this.on.caughtUp(caughtUp);
    this.#flush();
  }

  #receive({ text, quick_replies: choices = [], attachment, metadata = {} }) {
    this.#show({ id: metadata.id, lang: metadata.lang, sender: "bot", text, quick_replies: choices, attachment });
  }

  #show({ attachment, ...message }) {
    this.lastId = message.id ?? this.lastId;
    const { src, name } = attachment?.payload ?? {};
    this.on.message({ ...message, file: src && { name, src: new URL(src, this.base).href } });
  }

  #flush() {
    if (!this.ready) return;
    for (const [id, entry] of this.waiting) if (!entry.flying) this.#emit(id, entry);
  }

  #emit(id, entry) {
    entry.flying = true;
    const data = { ...entry.data, session_id: this.session, message_id: id, customData: this.#custom };
    this.socket.timeout(ANSWER_WITHIN).emit(entry.event, data, (error, answer) => {
      entry.flying = false;
      if (this.waiting.get(id) !== entry) return;
      if (error && !this.socket.connected) return; // stays in the queue: sent again when the connection is back
      this.waiting.delete(id);
      if (error || !answer?.ok) this.on.failed(id);
      else this.on.sent(id);
    });
  }

  #lost(reason) {
    this.ready = false;
    this.on.state("offline");
    if (reason === "io server disconnect") this.socket.connect();
  }
}

/* crypto.randomUUID exists on secure pages only, and a partner's page may be plain HTTP. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
