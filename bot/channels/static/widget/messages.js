/* The conversation as it is shown: bubbles, choices, the typing sign, and its text for the download. */
import { el } from "./dom.js";
import { rich } from "./rich.js";

export class Messages {
  /** `texts()` gives the widget's texts, `choose(choice)` is called with a pressed choice. */
  constructor({ texts, choose, retry }) {
    Object.assign(this, { texts, choose, retry });
    this.typing = el("div", { class: "message bot typing", hidden: true, "aria-hidden": "true" });
    this.typing.append(el("div", { class: "bubble" }, el("i"), el("i"), el("i")));
    this.items = el("div", { class: "items" });
    this.root = el("div", { class: "log", role: "log", "aria-live": "polite", tabindex: "0" });
    this.root.append(this.items, this.typing);
    this.clear();
  }

  clear() {
    this.shown = new Map();
    this.lines = [];
    this.choices = [];
    this.items.replaceChildren();
  }

  get empty() {
    return this.shown.size === 0;
  }

  has(id) {
    return this.shown.has(id);
  }

  /** Show a message of either side. */
  add({ id, sender, text, lang, quick_replies: choices = [], file }) {
    const bubble = el("div", { class: "bubble", lang, dir: "auto" });
    bubble.append(sender === "bot" ? rich(text) : text);
    if (file) bubble.append(this.#file(file));
    const label = this.texts()[sender === "bot" ? "bot_said" : "you_said"];
    const message = el("div", { class: `message ${sender}` }, el("span", { class: "hidden" }, `${label} `), bubble);
    this.shown.set(id ?? Symbol("message"), message);
    this.lines.push({ sender, text });
    if (sender === "user") this.removeChoices();
    this.items.append(message);
    if (choices.length) this.#offer(choices, lang);
    this.#scroll(sender, message);
    return message;
  }

  /** A line between messages, of the widget itself. */
  note(text) {
    this.items.append(el("p", { class: "note" }, text));
    this.root.scrollTop = this.root.scrollHeight;
  }

  markFailed(id, data) {
    const message = this.shown.get(id);
    if (!message || message.querySelector(".failed")) return;
    const again = el("button", { type: "button", class: "again" }, this.texts().retry);
    const row = el("div", { class: "failed", role: "alert" }, `${this.texts().not_sent} `, again);
    again.addEventListener("click", () => {
      row.remove();
      this.retry(id, data);
    });
    message.append(row);
  }

  setTyping(active) {
    if (this.typing.hidden !== active) return;
    this.typing.hidden = !active;
    if (active) this.root.scrollTop = this.root.scrollHeight;
  }

  /** Take away the choices, which belong to the latest answers only; tells whether the focus was among them. */
  removeChoices() {
    const active = this.root.getRootNode().activeElement;
    const focused = this.choices.some((group) => group.contains(active));
    for (const group of this.choices) group.remove();
    this.choices = [];
    return focused;
  }

  asText() {
    const { bot_said: bot, you_said: you } = this.texts();
    return this.lines.map(({ sender, text }) => `${sender === "bot" ? bot : you} ${text}`).join("\n\n") + "\n";
  }

  /* In a tab of its own: a link that is no longer valid must not take the page away. */
  #file({ name, src }) {
    const properties = { class: "file", href: src, download: name, target: "_blank", rel: "noopener noreferrer" };
    return el("a", properties, this.texts().file.replace("{name}", name));
  }

  #offer(choices, lang) {
    const buttons = choices.map((choice) =>
      el("button", { type: "button", class: "choice", onclick: () => this.choose(choice) }, choice.title),
    );
    const group = el("div", { class: "choices", role: "group", "aria-label": this.texts().choices, lang }, ...buttons);
    this.choices.push(group);
    this.items.append(group);
  }

  /* Show the end, but never push the beginning of the newest answers out of sight. */
  #scroll(sender, message) {
    if (sender === "user" || !this.anchor?.isConnected) this.anchor = message;
    const end = this.root.scrollHeight - this.root.clientHeight;
    this.root.scrollTop = Math.min(end, this.anchor.offsetTop - 12);
  }
}
