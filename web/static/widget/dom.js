/** Small builders for DOM nodes. Nothing here or elsewhere in the widget parses HTML. */

/**
 * Make an element: `on…` functions become listeners, `true` an empty attribute, false and null nothing.
 * @param {string} tag
 * @param {Record<string, any> | null} [given] attributes, listeners and the property `value`
 * @param {...(Node | string | null | undefined | false)} inside
 * @returns {any}
 */
export function h(tag, given, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given || {})) {
    if (value === false || value == null) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value') /** @type {any} */ (element).value = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(.../** @type {(Node | string)[]} */ (inside.filter((child) => child || child === '')));
  return element;
}

/** What each icon is drawn with, on a 24 × 24 field. */
const ICONS = {
  close: 'M6 6l12 12M18 6L6 18',
  menu: 'M12 5.5v.01M12 12v.01M12 18.5v.01',
  send: 'M20.5 3.5l-6.2 17-3.3-7.5-7.5-3.3zM11 13l4-4',
  stop: 'M7.5 7.5h9v9h-9z',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  back: 'M14.5 5.5L8 12l6.5 6.5',
  down: 'M12 5v14M6 13l6 6 6-6',
  person: 'M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.8-3.8 3.8-6 7.5-6s6.7 2.2 7.5 6',
  calendar: 'M5 6h14v14H5zM5 10.5h14M9 3.5v4M15 3.5v4',
  list: 'M8.5 6.5H20M8.5 12H20M8.5 17.5H20M4.5 6.5v.01M4.5 12v.01M4.5 17.5v.01',
  save: 'M12 4v11M7 10.5l5 5 5-5M5 20h14',
  bin: 'M5 7h14M10 7V4.5h4V7M7 7l.8 13h8.4L17 7',
  alert: 'M12 4l9 16H3zM12 10v4.5M12 17.3v.01',
};

/**
 * @param {keyof typeof ICONS} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', `icon i-${name}`);
  const path = document.createElementNS(space, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

/**
 * Put values into a sentence: `fill('Hi {name}', {name: 'Ada'})`. An unknown name stays as it is.
 * @param {string} text
 * @param {Record<string, any>} values
 */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (mark, name) => String(values[name] ?? mark));

/**
 * An address that may be followed: http, https or mailto. Anything else is no address.
 * @param {string | null | undefined} text
 * @param {string} [base]
 */
export function safeUrl(text, base) {
  if (!text) return null;
  try {
    const url = new URL(text, base);
    return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** @param {string} text first letter of a name, for its round mark */
export const initial = (text) => [...(text || '').trim()][0]?.toUpperCase() || '?';
