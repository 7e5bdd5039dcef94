/* Fetches the widget's settings and look, and adds it to the page. */
import { ChatElement } from "./element.js";
import { fetchSettings } from "./settings.js";

/** The language wishes, best first: the embed line's, the page's, the browser's. */
function wishes(language) {
  return [language, document.documentElement.lang, ...navigator.languages].filter(Boolean);
}

/* A constructed style sheet needs no permission from the page's content security policy. */
async function fetchSheet(base) {
  const answer = await fetch(`${base}static/widget/chat.css`, { credentials: "omit" });
  if (!answer.ok) throw new Error(`styles: ${answer.status}`);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(await answer.text());
  return sheet;
}

export async function mount({ base, site, language }) {
  const [settings, sheet] = await Promise.all([fetchSettings(base, site, wishes(language)), fetchSheet(base)]);
  if (!customElements.get("mobilise-chat")) customElements.define("mobilise-chat", ChatElement);
  const element = document.createElement("mobilise-chat");
  element.begin({ base, site, settings, sheet });
  document.body.append(element);
}
