/* The <mobilise-chat> element: the button in the corner and the panel that it opens. */
import { Connection, Memory, newId } from "./connection.js";
import { el, icon } from "./dom.js";
import { Messages } from "./messages.js";
import { fetchSettings } from "./settings.js";

const OPENS = "#mobilise-chat";
const OFFLINE_AFTER = 1_500;
const ACCEPTED = ".pdf,image/jpeg,image/png,image/webp";

export class ChatElement extends HTMLElement {
  /** Build the widget; called once, before it is added to the page. */
  begin({ base, site, settings, sheet }) {
    Object.assign(this, { base, site, settings, wanted: settings.language.code, unread: 0, sending: 0 });
    // What the visitor wished for; the language of the answers may differ and must not pass for a wish.
    this.locale = settings.language.code;
    this.memory = new Memory(base);
    this.small = matchMedia("(max-width: 520px)");
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
    this.messages = new Messages({
      texts: () => this.settings.texts,
      choose: (choice) => this.#choose(choice),
      retry: (id, { event, data, file }) => (file ? this.#upload(id, file) : this.#resend(id, event, data)),
    });
    this.sent = new Map();
    this.#build();
    this.#dress();
    this.connection = new Connection({
      base,
      site,
      memory: this.memory,
      language: () => this.locale,
      on: {
        message: (message) => this.#receive(message),
        state: (state) => this.#setState(state),
        restarted: () => this.#restarted(),
        sent: (id) => this.#settled(id),
        failed: (id) => this.#settled(id, true),
        caughtUp: (count) => this.#caughtUp(count),
      },
    });
  }

  connectedCallback() {
    this.onHash = () => location.hash === OPENS && this.open();
    addEventListener("hashchange", this.onHash);
    if (location.hash === OPENS) this.open();
    else if (this.memory.get("open")) this.open({ focus: false });
  }

  disconnectedCallback() {
    removeEventListener("hashchange", this.onHash);
  }

  /** Open the panel, and connect the first time. */
  open({ focus = true } = {}) {
    this.panel.hidden = false;
    this.launcher.hidden = true;
    this.memory.set("open", "yes");
    this.unread = 0;
    this.#labelLauncher();
    if (focus) this.#focusInside();
    this.connection.open().catch(() => this.#setState("unavailable"));
  }

  /** Close the panel; the conversation goes on when it is opened again. */
  close() {
    this.panel.hidden = true;
    this.launcher.hidden = false;
    this.memory.set("open", null);
    if (location.hash === OPENS) history.replaceState(history.state, "", location.pathname + location.search);
    this.launcher.focus();
  }

  #build() {
    this.badge = el("span", { class: "badge", "aria-hidden": "true", hidden: true });
    this.launcher = el("button", { type: "button", class: "launcher", "aria-haspopup": "dialog", onclick: () => this.open() });
    this.launcher.append(icon("chat"), this.badge);
    this.heading = el("h2", { id: "title" });
    this.subtitle = el("p");
    this.more = el("button", { type: "button", class: "plain", "aria-expanded": "false", "aria-controls": "options", onclick: () => this.#toggleOptions() }, icon("more"));
    this.closer = el("button", { type: "button", class: "plain", onclick: () => this.close() }, icon("close"));
    const header = el("div", { class: "head" }, el("span", { class: "avatar" }, icon("chat")), el("div", { class: "names" }, this.heading, this.subtitle), this.more, this.closer);
    this.status = el("p", { class: "status", role: "status", hidden: true });
    this.announcer = el("p", { class: "hidden", role: "status" });
    this.panel = el("section", { class: "panel", role: "dialog", "aria-labelledby": "title", hidden: true });
    this.panel.append(header, this.#buildOptions(), this.status, this.messages.root, this.announcer, this.#buildComposer());
    this.panel.addEventListener("keydown", (event) => this.#onKey(event));
    this.shadowRoot.append(this.launcher, this.panel);
  }

  #buildOptions() {
    this.languages = el("select", { id: "language", onchange: () => this.#changeLanguage(this.languages.value) });
    for (const { code, name, html } of this.settings.languages) this.languages.append(el("option", { value: code, lang: html }, name));
    this.languageLabel = el("label", { for: "language" });
    this.downloader = el("button", { type: "button", onclick: () => this.#download() });
    this.restarter = el("button", { type: "button", onclick: () => this.#restart() });
    this.privacy = el("a", { target: "_blank", rel: "noopener" });
    this.options = el("div", { class: "options", id: "options", hidden: true });
    this.options.append(el("div", { class: "row" }, this.languageLabel, this.languages), this.downloader, this.restarter, this.privacy);
    return this.options;
  }

  #buildComposer() {
    this.input = el("textarea", { rows: "1", enterkeyhint: "send", autocomplete: "off", "aria-describedby": "hint", oninput: () => this.#measure() });
    this.sender = el("button", { type: "submit", class: "send", disabled: true }, icon("send"));
    this.hint = el("p", { class: "hint", id: "hint", role: "alert", hidden: true });
    this.files = el("input", { type: "file", accept: ACCEPTED, multiple: true, hidden: true, onchange: () => this.#attach() });
    this.attacher = el("button", { type: "button", class: "attach", onclick: () => this.files.click() }, icon("attach"));
    const form = el("form", { class: "composer", onsubmit: (event) => this.#submit(event) }, this.input, this.files, this.attacher, this.sender);
    return el("div", { class: "foot" }, this.hint, form);
  }

  /* Put the texts, the direction and the site's look on everything. */
  #dress() {
    const { texts, language, colour, corner } = this.settings;
    this.lang = language.html;
    this.dir = language.direction;
    this.dataset.corner = corner;
    if (colour) this.style.setProperty("--accent", colour);
    this.heading.textContent = texts.title;
    this.subtitle.textContent = texts.subtitle;
    for (const [button, text] of [[this.closer, texts.close], [this.more, texts.options], [this.attacher, texts.attach], [this.sender, texts.send]]) {
      button.setAttribute("aria-label", text);
      button.title = text;
    }
    this.messages.root.setAttribute("aria-label", texts.log);
    this.input.setAttribute("aria-label", texts.message);
    this.input.placeholder = texts.placeholder;
    this.languageLabel.textContent = texts.language;
    this.languages.value = language.code;
    this.downloader.textContent = texts.download;
    this.restarter.textContent = texts.restart;
    this.privacy.textContent = texts.privacy;
    this.privacy.href = `${this.base}privacy?lang=${language.html}`;
    this.#labelLauncher();
    this.#measure();
    if (this.state) this.#showState();
  }

  #labelLauncher() {
    const { open, new_messages: fresh } = this.settings.texts;
    const label = this.unread ? `${open}. ${fresh.replace("{count}", this.unread)}` : open;
    this.launcher.setAttribute("aria-label", label);
    this.launcher.title = open;
    this.badge.hidden = !this.unread;
    this.badge.textContent = this.unread || "";
  }

  #onKey(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      if (this.options.hidden) this.close();
      else this.#toggleOptions();
    } else if (event.key === "Enter" && event.target === this.input && !event.shiftKey && !event.isComposing) {
      this.#submit(event);
    } else if (event.key === "Tab" && this.small.matches) this.#keepFocus(event);
  }

  /* On a small screen the panel covers the page: the focus must not wander behind it. */
  #keepFocus(event) {
    const stops = [...this.panel.querySelectorAll("button, a[href], select, textarea, [tabindex='0']")].filter(
      (stop) => !stop.disabled && stop.getClientRects().length,
    );
    const leaving = event.shiftKey ? stops[0] : stops.at(-1);
    if (this.shadowRoot.activeElement !== leaving) return;
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0]).focus();
  }

  #toggleOptions() {
    const opening = this.options.hidden;
    this.options.hidden = !opening;
    this.more.setAttribute("aria-expanded", String(opening));
    (opening ? this.languages : this.more).focus();
  }

  /* Grow with the text; say when it is longer than what is read. */
  #measure() {
    const { longest, texts } = this.settings;
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 140)}px`;
    const tooLong = [...this.input.value].length > longest;
    this.hint.hidden = !tooLong;
    this.hint.textContent = tooLong ? texts.too_long.replace("{limit}", longest) : "";
    this.sender.disabled = tooLong || !this.input.value.trim();
  }

  #submit(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    if (this.sender.disabled || !text) return;
    this.input.value = "";
    this.#measure();
    this.#send("user_uttered", { message: text }, text);
    this.input.focus();
  }

  /* Send the chosen files one after the other; one that is too large is only told of. */
  async #attach() {
    const { largest, texts } = this.settings;
    const chosen = [...this.files.files];
    this.files.value = "";
    for (const file of chosen) {
      if (file.size > largest) {
        this.messages.note(`📎 ${file.name}: ${texts.file_too_large.replace("{limit}", Math.floor(largest / 1024 ** 2))}`);
        continue;
      }
      const id = newId();
      this.messages.add({ id, sender: "user", text: `📎 ${file.name}` });
      await this.#upload(id, file);
    }
  }

  async #upload(id, file) {
    this.sent.set(id, { file });
    this.#count(1);
    const taken = await this.connection.upload(id, file).catch(() => false);
    this.#settled(id, !taken);
  }

  #choose({ title, payload }) {
    const focused = this.messages.removeChoices();
    this.#send("user_uttered", { message: payload }, title);
    if (focused) this.#focusInside();
  }

  /* A touch screen would bring up its keyboard; there the focus goes to the conversation. */
  #focusInside() {
    (matchMedia("(pointer: coarse)").matches ? this.messages.root : this.input).focus();
  }

  #send(event, data, shown) {
    const id = this.connection.send(event, data);
    this.sent.set(id, { event, data });
    if (shown) this.messages.add({ id, sender: "user", text: shown });
    this.#count(1);
    if (this.state === "offline") this.#showState();
  }

  #resend(id, event, data) {
    this.connection.retry(id, event, data);
    this.#count(1);
  }

  #settled(id, failed = false) {
    this.#count(-1);
    if (failed) this.messages.markFailed(id, this.sent.get(id));
    else this.sent.delete(id);
  }

  #count(by) {
    this.sending = Math.max(0, this.sending + by);
    this.#showTyping();
  }

  #showTyping() {
    const active = this.state === "online" && (this.sending > 0 || this.greeting);
    this.messages.setTyping(Boolean(active));
    const said = active ? this.settings.texts.typing : "";
    if (this.announcer.textContent !== said) this.announcer.textContent = said;
  }

  #receive(message) {
    if (this.messages.has(message.id)) return;
    this.greeting = false;
    this.messages.add(message);
    this.#showTyping();
    if (message.sender === "bot" && message.lang) this.#follow(message.lang);
    if (this.panel.hidden && message.sender === "bot") {
      this.unread += 1;
      this.#labelLauncher();
    }
  }

  /* The widget speaks the language of the conversation. */
  async #follow(tag) {
    const known = this.settings.languages.find(({ html }) => html === tag);
    if (known && known.code !== this.wanted) await this.#speak(known.code);
  }

  async #speak(code) {
    this.wanted = code;
    try {
      const settings = await fetchSettings(this.base, this.site, [code]);
      if (this.wanted !== code) return; // another language was asked for meanwhile
      this.settings = settings;
      this.#dress();
    } catch {
      /* the old texts stay */
    }
  }

  async #changeLanguage(code) {
    this.#toggleOptions();
    this.locale = code;
    await this.#speak(code);
    this.#send("set_language", { language: code }, this.settings.languages.find((known) => known.code === code).name);
  }

  #caughtUp(count) {
    this.greeting = count === null && this.messages.empty;
    this.#showTyping();
  }

  #restart() {
    this.#toggleOptions();
    this.messages.clear();
    this.sent.clear();
    this.sending = 0;
    this.connection.restart();
    this.input.focus();
  }

  /* The server no longer knows our session: what was said stays readable above a line. */
  #restarted() {
    if (!this.messages.empty) this.messages.note(this.settings.texts.restarted);
  }

  #download() {
    this.#toggleOptions();
    const url = URL.createObjectURL(new Blob([this.messages.asText()], { type: "text/plain;charset=utf-8" }));
    el("a", { href: url, download: "mobilise-sme.txt" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  #setState(state) {
    this.state = state;
    clearTimeout(this.showingState);
    // A connection that is back at once is not worth a word.
    this.showingState = setTimeout(() => this.#showState(), state === "online" ? 0 : OFFLINE_AFTER);
    this.#showTyping();
  }

  #showState() {
    const { texts } = this.settings;
    const said = { connecting: texts.connecting, offline: texts.offline, unavailable: texts.unavailable }[this.state] ?? "";
    this.status.hidden = !said;
    this.status.textContent = said;
  }
}
