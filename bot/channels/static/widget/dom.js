/* Small helpers that build the widget's elements: never from markup, so that no text can become code. */

/** An element with properties (`class`, `on…`, `aria-…` and other attributes) and children. */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

const SHAPES = {
  chat: ["M4 5.5h16a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1-1.5 1.5h-8.5L7 21v-3.5H4A1.5 1.5 0 0 1 2.5 16V7A1.5 1.5 0 0 1 4 5.5Z", "M7.5 10h9", "M7.5 13.5h5.5"],
  close: ["M6 6l12 12", "M18 6L6 18"],
  attach: ["M20 11.5 12.3 19.2a4.9 4.9 0 0 1-7-7l8.2-8.2a3.3 3.3 0 0 1 4.6 4.6l-8.2 8.2a1.6 1.6 0 0 1-2.3-2.3l7.6-7.6"],
  send: ["M12 19V5", "M5.5 11.5 12 5l6.5 6.5"],
  more: ["M5 12h.01", "M12 12h.01", "M19 12h.01"],
};

/** A decorative icon, drawn with lines. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon icon-${name}`);
  for (const shape of SHAPES[name]) {
    const path = document.createElementNS(space, "path");
    path.setAttribute("d", shape);
    svg.append(path);
  }
  return svg;
}
