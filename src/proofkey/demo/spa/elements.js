/** Makes elements. Every text goes in as text, never as HTML: some of it is a server's answer. */

/** `make('a', { href, class: 'onward' }, 'text', element)`; null children and undefined attributes are left out. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** Show a secret's ends and length: enough to compare two by eye, too little to use one. */
export function short(text) {
  return text.length > 24 ? `${text.slice(0, 8)}…${text.slice(-4)} (${text.length}\u00a0characters)` : text;
}

/** Text that may break beside `=` and behind `/`: a narrow line would otherwise break it inside a word. */
export const breakable = (text) =>
  text.split(/(?<=\w)(?==)|(?<=[=/])(?=\w)/).flatMap((part, at) => (at ? [make('wbr'), part] : [part]));

/** An address to link to; other schemes than http(s) lead nowhere. */
export const safeAddress = (address) => (/^https?:\/\//.test(address ?? '') ? address : undefined);
