/* The bot's text as elements: paragraphs, lists (lines that begin with •), **bold**, links, e-mail addresses. */
import { el } from "./dom.js";

const PIECES = /\*\*([^*\n]+)\*\*|(https?:\/\/[^\s<>"“”]+)|([\w.+-]+@[\w-]+(?:\.[\w-]+)+)/gu;
const BULLET = /^\s*•\s*/u;

/** A document fragment that shows the text. */
export function rich(text) {
  const fragment = document.createDocumentFragment();
  for (const block of text.trim().split(/\n\s*\n/u)) fragment.append(...blockOf(block.split("\n")));
  return fragment;
}

function blockOf(lines) {
  const made = [];
  for (const line of lines) {
    const bullet = BULLET.test(line);
    const last = made.at(-1);
    if (bullet) {
      const list = last?.tagName === "UL" ? last : made[made.push(el("ul")) - 1];
      list.append(el("li", {}, ...inline(line.replace(BULLET, ""))));
    } else if (last?.tagName === "P") last.append(el("br"), ...inline(line));
    else made.push(el("p", {}, ...inline(line)));
  }
  return made;
}

function inline(text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(PIECES)) {
    const [whole, bold, url, address] = match;
    parts.push(text.slice(end, match.index));
    end = match.index + whole.length;
    if (bold) parts.push(el("strong", {}, ...inline(bold)));
    else if (url) parts.push(...link(url));
    else parts.push(el("a", { href: `mailto:${address}` }, address));
  }
  return [...parts, text.slice(end)].filter((part) => part !== "");
}

/* A full stop or bracket after an address belongs to the sentence. */
function link(url) {
  const address = url.replace(/[.,;:!?)\]*]+$/u, "");
  const anchor = el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, address);
  return [anchor, url.slice(address.length)];
}
