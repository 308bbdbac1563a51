/** The conversation on the screen: what was said, what is being written, and what happened in between. */
import { fill, h, icon, safeUrl } from './dom.js';
import { draw } from './text.js';

/**
 * @typedef {{kind: 'visitor' | 'agent' | 'rep' | 'system', name?: string}} Author
 * @typedef {import('./text.js').Citation} Citation
 * @typedef {{id: string, author: Author, text: string, length: number, done: boolean, citations: Citation[],
 *   node: HTMLElement, bubble: HTMLElement, foot: HTMLElement, gaps: number}} Message
 * `length` counts characters the way the server does (code points), not UTF-16 units.
 */

const NEAR_END_PX = 60;
const MOST_GAPS = 2; // reconnects for one message; after that its end is waited for

export class Transcript {
  /**
   * @param {Record<string, string>} words
   * @param {{retry(message: Message): void}} hear
   */
  constructor(words, hear) {
    this.words = words;
    this.hear = hear;
    this.agent = '';
    this.items = h('div', { class: 'items' });
    this.typing = h('div', { class: 'msg agent typing', hidden: true },
      h('div', { class: 'bubble' }, h('span', { class: 'unseen' }, words.writing), h('i'), h('i'), h('i')));
    this.jump = h('button', { type: 'button', class: 'jump', hidden: true, 'aria-label': words.latest, onclick: () => this.toEnd() }, icon('down'));
    // Not live: a screen reader would read every piece. The finished answer is told once, by the status line.
    this.log = h('div', { class: 'log', role: 'log', 'aria-live': 'off', 'aria-label': words.conversation, tabindex: '0', onscroll: () => this.follow(), onwheel: () => this.free(), ontouchmove: () => this.free(), onkeydown: () => this.free() }, this.items, this.typing);
    /** @type {Map<string, Message>} */
    this.messages = new Map();
    /** @type {Map<string, Message>} visitor messages by client_id */
    this.mine = new Map();
    /** @type {Set<Message>} */
    this.unpainted = new Set();
    /** @type {HTMLElement | null} a card of times stays below the answer that offers them */
    this.last = null;
    this.atEnd = true;
    this.led = false; // whether we, not the reader, last moved the view
  }

  clear() {
    this.items.replaceChildren();
    this.messages.clear();
    this.mine.clear();
    this.unpainted.clear();
    this.last = null;
    this.waitFor(false);
  }

  // --- where the reader is -----------------------------------------------------------------------------------------

  follow() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    this.atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    this.jump.hidden = this.atEnd;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.follow();
  }

  /** The reader scrolls: from here on they lead. */
  free() {
    this.led = false;
  }

  /** After a change: stay at the end when the reader was there, else leave them in peace. */
  settle() {
    const before = /** @type {HTMLElement | null} */ (this.led && this.last && this.last.previousElementSibling);
    if (before) this.log.scrollTop = before.offsetTop - 12; // words and the head of a tall card, not its foot
    else if (this.atEnd) this.toEnd();
    else this.jump.hidden = false;
  }

  // --- messages ----------------------------------------------------------------------------------------------------

  /**
   * @param {Author} author
   * @param {string} id
   * @returns {Message}
   */
  add(author, id) {
    const { kind } = author;
    const bubble = h('div', { class: 'bubble', dir: 'auto' });
    const foot = h('div', { class: 'foot' });
    const before = [...this.items.querySelectorAll('[data-author]')].at(-1);
    const name = this.nameOf(author);
    const shown = kind !== 'visitor' && before?.dataset.author !== name;
    const node = h('article', { class: `msg ${kind}`, 'data-author': name, 'data-id': id }, h('span', { class: shown ? 'who' : 'unseen' }, name), bubble, foot);
    const message = { id, author, text: '', length: 0, done: false, citations: [], node, bubble, foot, gaps: 0 };
    this.messages.set(id, message);
    if (kind === 'agent' && this.last) this.items.insertBefore(node, this.last);
    else this.items.append(node);
    if (kind === 'visitor') this.last = null;
    return message;
  }

  /** @param {Author} author */
  nameOf({ kind, name }) {
    if (kind === 'visitor') return this.words.you;
    if (kind === 'agent') return `${name || this.agent} · ${this.words.ai_assistant}`;
    return name || this.words.team;
  }

  /**
   * What the visitor has just written, before the server has it.
   * @param {string} text
   * @param {string} clientId
   */
  say(text, clientId) {
    if (this.mine.has(clientId)) return;
    const message = this.add({ kind: 'visitor' }, clientId);
    this.mine.set(clientId, message);
    message.node.classList.add('sending');
    this.atEnd = true;
    this.write(message, text);
    message.done = true;
    this.paint(message);
    this.settle();
  }

  /**
   * @param {string} clientId
   * @param {string} [id]
   */
  sent(clientId, id) {
    const message = this.mine.get(clientId);
    if (!message) return;
    message.node.classList.remove('sending', 'failed');
    message.foot.replaceChildren();
    if (id) {
      message.id = id;
      this.messages.set(id, message);
    }
  }

  /**
   * @param {string} clientId
   * @param {string} why
   */
  notSent(clientId, why) {
    const message = this.mine.get(clientId);
    if (!message) return;
    message.node.classList.replace('sending', 'failed');
    message.foot.replaceChildren(
      h('span', { role: 'alert' }, why),
      h('button', { type: 'button', class: 'plain', onclick: () => this.hear.retry(message) }, this.words.try_again),
    );
    this.settle();
  }

  /** @param {Message} message one that could not be sent; anything else stays */
  forget(message) {
    if (!message.node.matches('.failed')) return;
    message.node.remove();
    this.mine.delete(message.id);
    this.messages.delete(message.id);
  }

  /**
   * @param {Message} message
   * @param {string} text
   */
  write(message, text) {
    message.text = text;
    message.length = [...text].length;
    this.unpainted.add(message);
  }

  /**
   * A message that is complete: of anybody, seen before or not.
   * @param {{id: string, author: Author, text: string, client_id?: string, citations?: Citation[]}} data
   * @returns {boolean} whether it is news
   */
  complete(data) {
    if (data.author.kind === 'visitor') return this.theirs(data);
    const known = this.messages.get(data.id);
    if (known?.done && known.text === data.text) return false;
    this.dropUnfinished(data.id);
    this.dropFailure();
    const message = known || this.add(data.author, data.id);
    message.citations = data.citations || [];
    this.write(message, data.text || '');
    message.done = true;
    this.paint(message);
    this.waitFor(false);
    this.settle();
    return true;
  }

  /** @param {{id: string, text: string, client_id?: string}} data */
  theirs({ id, text, client_id = '' }) {
    this.dropFailure();
    const known = this.messages.get(id) || this.mine.get(client_id);
    if (known) {
      // Shown before it was stored: whoever was quicker goes above it, as after a reload.
      [...this.items.querySelectorAll(`[data-id="${CSS.escape(client_id)}"]~[data-id^=msg]:not([aria-busy])`)].at(-1)?.after(known.node);
      known.node.dataset.id = id;
      this.sent(client_id, id);
      return false;
    }
    const message = this.add({ kind: 'visitor' }, id);
    if (client_id) this.mine.set(client_id, message);
    this.write(message, text);
    message.done = true;
    this.paint(message);
    this.settle();
    return true;
  }

  /**
   * @param {string} id
   * @param {Author} [author]
   */
  begun(id, author) {
    const known = this.messages.get(id);
    if (known) return known;
    this.dropUnfinished(id);
    this.dropFailure();
    const message = this.add(author || { kind: 'agent' }, id);
    message.node.setAttribute('aria-busy', 'true');
    message.node.hidden = true; // until there is a word to show
    return message;
  }

  /**
   * Words arrive at a character offset. What we have already is dropped.
   * @param {{id: string, at: number, t: string}} data
   * @returns {boolean} false when something in between is missing, so that a snapshot is needed
   */
  grow({ id, at, t }) {
    const message = this.begun(id);
    if (message.done) return true;
    if (at > message.length) {
      message.gaps += 1;
      return message.gaps > MOST_GAPS;
    }
    const fresh = [...t].slice(message.length - at).join('');
    if (fresh) {
      this.write(message, message.text + fresh);
      this.soon();
    }
    return true;
  }

  /**
   * The whole text so far; it may be shorter than what was shown.
   * @param {{id: string, text: string}} data
   */
  snapshot({ id, text }) {
    const message = this.begun(id);
    if (message.done) return;
    this.write(message, text);
    this.soon();
  }

  /** Paint once a frame, however many pieces came. */
  soon() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      for (const message of this.unpainted) this.paint(message);
      this.settle();
    });
  }

  /** @param {Message} message */
  paint(message) {
    this.unpainted.delete(message);
    const { node, bubble, text, done, citations, author } = message;
    node.hidden = !text && !done;
    if (text) this.waitFor(false);
    if (author.kind === 'visitor') bubble.textContent = text;
    else bubble.replaceChildren(draw(text, { growing: !done, source: this.words.source, ...(author.kind === 'agent' && { citations }) }));
    if (!done) return;
    node.removeAttribute('aria-busy');
    if (citations.length) message.foot.replaceChildren(this.sources(citations));
  }

  /** @param {Citation[]} citations */
  sources(citations) {
    const items = citations.map(({ n, title, url }) => {
      const href = safeUrl(url);
      const name = [h('b', null, String(n)), ` ${title}`];
      return h('li', null, href ? h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, ...name) : h('span', null, ...name));
    });
    return h('ul', { class: 'sources', 'aria-label': this.words.sources }, ...items);
  }

  /**
   * An answer that will not be finished is taken away: another one takes its place, or a person does.
   * @param {string} [but]
   */
  dropUnfinished(but) {
    for (const [id, message] of this.messages) {
      if (message.done || id === but) continue;
      message.node.remove();
      this.messages.delete(id);
      this.unpainted.delete(message);
    }
  }

  // --- in between --------------------------------------------------------------------------------------------------

  /** @param {boolean} is whether an answer is on its way and nothing of it can be seen yet */
  waitFor(is) {
    if (this.typing.hidden === !is) return;
    this.typing.hidden = !is;
    if (is) this.settle();
  }

  /**
   * No answer came.
   * @param {string} id
   * @param {boolean} retryable
   */
  fail(id, retryable) {
    this.dropUnfinished();
    this.dropFailure();
    this.waitFor(false);
    if (this.messages.get(id)?.done) return;
    const asked = [...this.messages.values()].findLast((message) => message.author.kind === 'visitor');
    this.failure = h('div', { class: 'trouble' }, icon('alert'), h('span', { role: 'alert' }, this.words.no_answer),
      retryable && asked && h('button', { type: 'button', class: 'plain', onclick: () => this.hear.retry(asked) }, this.words.ask_again));
    this.items.append(this.failure);
    this.settle();
  }

  dropFailure() {
    this.failure?.remove();
    this.failure = null;
  }

  /**
   * A line about what happened.
   * @param {string} text
   * @param {Record<string, any>} [values]
   */
  note(text, values = {}) {
    const line = fill(text, values);
    const before = this.items.lastElementChild;
    if (before?.className === 'note' && before.textContent === line) return;
    this.items.append(h('p', { class: 'note' }, line));
    this.settle();
  }

  /**
   * Put a card under the conversation; `keepLast` holds it below the agent's words of the same turn.
   * @param {HTMLElement} card
   * @param {boolean} [keepLast]
   */
  card(card, keepLast = false) {
    const writing = [...this.messages.values()].find((message) => !message.done);
    this.items.append(card);
    this.last = keepLast ? card : null;
    if (writing && keepLast) this.items.insertBefore(writing.node, card);
    this.led = keepLast && this.atEnd;
    this.settle();
  }

  /**
   * The words of an answer without marks, for those who listen.
   * @param {string} id
   */
  spoken(id) {
    const copy = /** @type {HTMLElement} */ (this.messages.get(id)?.bubble.cloneNode(true));
    copy?.querySelectorAll('.cite').forEach((mark) => mark.remove());
    return copy?.textContent || '';
  }
}
