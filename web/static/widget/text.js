/** A small part of Markdown, drawn as DOM nodes: bold, emphasis, code, links, lists, paragraphs and line breaks. */
import { h, safeUrl } from './dom.js';

/** @typedef {{n: number, title: string, url?: string | null}} Citation */

const INLINE = /\*\*(?!\s)(.+?)\*\*|(?<![\w*])\*(?![\s*])([^*\n]+?)\*(?![\w*])|`([^`\n]+)`|\[([^\]\n]+)\]\(([^\s()]+)\)|\[(\d{1,2})\]|(https?:\/\/[^\s<>"')\]]*[^\s<>"')\].,;:!?])/g;
const ITEM = /^\s{0,3}(?:[-*•]|(\d{1,3})[.)])\s+(.*)$/;
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g; // direction marks could make words read other than they are
const UNFINISHED = /\s?\[[^\]\n]{0,80}$|\*{1,2}$/;

/**
 * @param {string} text
 * @param {{citations?: Citation[], growing?: boolean, source?: string}} [how] `growing`: more is to come, so a mark that
 *   has only begun is kept back; `source` is the word read before a citation's title
 * @returns {DocumentFragment}
 */
export function draw(text, how = {}) {
  const page = document.createDocumentFragment();
  const plain = text.replace(TURNING, '');
  const whole = how.growing ? plain.replace(UNFINISHED, '') : plain;
  for (const block of whole.split(/\n\s*\n/)) {
    if (block.trim()) drawBlock(page, block.split('\n'), how);
  }
  return page;
}

/**
 * @param {DocumentFragment} page
 * @param {string[]} lines
 * @param {{citations?: Citation[], source?: string}} how
 */
function drawBlock(page, lines, how) {
  let list = null;
  let paragraph = null;
  for (const line of lines) {
    const item = ITEM.exec(line);
    if (item) {
      paragraph = null;
      const tag = item[1] ? 'ol' : 'ul';
      if (list?.localName !== tag) {
        list = h(tag, item[1] && item[1] !== '1' ? { start: item[1] } : null);
        page.append(list);
      }
      list.append(h('li', null, ...inline(item[2], how)));
      continue;
    }
    list = null;
    const heading = /^#{1,6}\s+(.*)$/.exec(line);
    if (paragraph) paragraph.append(h('br'));
    else page.append((paragraph = h('p')));
    paragraph.append(...(heading ? [h('strong', null, ...inline(heading[1], how))] : inline(line, how)));
  }
}

/**
 * @param {string} text
 * @param {{citations?: Citation[], source?: string}} how
 * @returns {(Node | string)[]}
 */
function inline(text, how) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, bold, leaning, code, label, address, number, bare] = match;
    if (match.index > from) nodes.push(text.slice(from, match.index));
    from = match.index + whole.length;
    if (bold) nodes.push(h('strong', null, ...inline(bold, how)));
    else if (leaning) nodes.push(h('em', null, ...inline(leaning, how)));
    else if (code) nodes.push(h('code', null, code));
    else if (number) nodes.push(how.citations ? mark(Number(number), how) : whole);
    else nodes.push(link(address || bare, label || bare) || whole);
  }
  nodes.push(text.slice(from));
  return nodes;
}

/**
 * @param {string} address
 * @param {string} label
 */
export function link(address, label) {
  const href = safeUrl(address);
  return href && h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, label);
}

/**
 * The small number at the end of a sentence that rests on a passage.
 * @param {number} n
 * @param {{citations?: Citation[], source?: string}} how
 */
function mark(n, how) {
  const citation = how.citations?.find((one) => one.n === n);
  const href = safeUrl(citation?.url);
  if (!citation || !href) return h('sup', { class: 'cite' }, String(n));
  const name = `${how.source || ''} ${n}: ${citation.title}`.trim();
  return h('sup', { class: 'cite' }, h('a', { href, target: '_blank', rel: 'noopener noreferrer', title: citation.title, 'aria-label': name }, String(n)));
}
