/** The chat panel: its frame, the company's words, opening and closing, and what the visitor writes. */
import { fill, h, icon, initial, safeUrl } from './dom.js';
import { LOOK, themed } from './style.js';
import { Transcript } from './transcript.js';
import { Refusal, Wire, backOff, pause } from './wire.js';

/**
 * @typedef {{key: string, api: string, locale: string, page: boolean, words: Record<string, string>, accent?: string,
 *   privacy?: string, identity?: string, theme?: string}} Given what the tag on the host page says
 * @typedef {{brand?: string, agent_name?: string, accent?: string, locales?: Record<string, Record<string, string>>,
 *   privacy_url?: string, retention_days?: number, greeting?: string, suggestions?: string[],
 *   consents?: Record<string, {text: string, text_version: string}>}} Config
 */

const MOST_CHARACTERS = 4000;
const SPOKEN_MS = 7_000; // how long the status line keeps its words, so that reading on does not meet a copy

export class Panel {
  /**
   * @param {HTMLElement} host
   * @param {Given} given
   */
  constructor(host, given) {
    this.host = host;
    this.given = given;
    this.words = given.words;
    /** How dates and times are written: the visitor's own habit when it is of the same language. */
    this.tongue = navigator.languages.find((tag) => tag.startsWith(given.locale)) || given.locale;
    this.root = /** @type {ShadowRoot} */ (host.shadowRoot);
    this.launcher = /** @type {HTMLButtonElement} */ (this.root.querySelector('.launcher'));
    this.label = this.launcher.getAttribute('aria-label') || '';
    /** @type {Config} */
    this.config = {};
    this.unread = 0;
    this.rep = ''; // the person on the line, none while the agent answers
    /** @type {import('./talk.js').Talk | undefined} */
    this.talk = undefined;
    /** @type {Promise<void> | undefined} */
    this.learning = undefined;
    this.small = matchMedia('(max-width: 480px)');
    this.theme = new CSSStyleSheet();
    this.transcript = new Transcript(this.words, { retry: (message) => this.retry(message) });
    this.wire = new Wire(given, {
      opened: (answer) => this.opened(answer),
      sent: (clientId, answer) => {
        this.transcript.sent(clientId, answer?.id);
        this.talk?.stream.start();
      },
      failed: (clientId, refusal) => this.transcript.notSent(clientId, this.why(refusal, this.words.not_sent)),
      offline: (is) => this.trouble(is ? this.words.offline : ''),
    });
    this.build();
    this.dress();
  }

  // --- the frame ---------------------------------------------------------------------------------------------------

  build() {
    const { words, given } = this;
    const { log, jump } = this.transcript;
    this.mark = h('span', { class: 'avatar', 'aria-hidden': 'true' });
    this.title = h('h2', { id: 'title' });
    this.subtitle = h('p', { class: 'subtitle', id: 'subtitle' });
    this.menuButton = h('button', { type: 'button', class: 'round', 'aria-label': words.menu, 'aria-expanded': 'false', 'aria-controls': 'menu', onclick: () => this.showMenu(this.menu.hidden) }, icon('menu'));
    this.menu = h('ul', { class: 'menu', id: 'menu', hidden: true });
    this.strip = h('div', { class: 'strip', role: 'alert' });
    this.stopButton = h('button', { type: 'button', class: 'stop', hidden: true, onclick: () => this.stop() }, icon('stop'), words.stop);
    this.field = h('textarea', { rows: '1', 'aria-label': words.write, placeholder: words.write, 'aria-describedby': 'limit', dir: 'auto', enterkeyhint: 'send', autocomplete: 'off', oninput: () => { this.measure(); this.talk?.typing(); }, onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event) });
    this.limit = h('p', { class: 'error limit', id: 'limit', role: 'alert' });
    this.notice = h('p', { class: 'notice', dir: 'auto' });
    this.composer = h('form', { class: 'composer', onsubmit: (/** @type {Event} */ event) => this.submit(event) },
      h('div', { class: 'field' }, this.field, h('button', { type: 'submit', class: 'send', 'aria-label': words.send }, icon('send'))), this.limit, this.notice);
    this.status = h('div', { class: 'unseen', role: 'status' });
    this.chat = h('div', { class: 'chat' }, log, h('div', { class: 'floats' }, jump, this.stopButton), this.strip, this.composer);
    const top = h('div', { class: 'top' }, this.mark, h('div', { class: 'names' }, this.title, this.subtitle), this.menuButton,
      h('button', { type: 'button', class: 'round', 'aria-label': words.close, hidden: given.page, onclick: () => this.close() }, icon('close')), this.menu);
    this.dialog = h('dialog', {
      class: given.page ? 'panel page' : 'panel',
      lang: given.locale,
      dir: this.host.dir,
      'aria-labelledby': 'title',
      'aria-describedby': 'subtitle',
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.escape(event),
      oncancel: (/** @type {Event} */ event) => event.preventDefault(),
      onclick: (/** @type {Event} */ event) => event.composedPath().includes(this.menuButton) || this.showMenu(false),
    }, top, this.chat, this.status);
    this.root.append(this.dialog);
  }

  /** @param {string} css a part's own rules, in place before the part is shown */
  adopt(css) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    this.root.adoptedStyleSheets = [...this.root.adoptedStyleSheets, sheet];
  }

  /** Colours and sizes: the accent, light or dark, and the height a phone's keyboard leaves. */
  dress() {
    const { theme } = this.given;
    const night = matchMedia('(prefers-color-scheme: dark)');
    this.adopt(LOOK);
    this.root.adoptedStyleSheets = [...this.root.adoptedStyleSheets, this.theme];
    const paint = () => {
      this.dialog.classList.toggle('dark', theme === 'dark' || (theme !== 'light' && night.matches));
      this.theme.replaceSync(themed(this.given.accent || this.config.accent, window.visualViewport?.height));
    };
    night.addEventListener('change', paint);
    window.visualViewport?.addEventListener('resize', paint);
    this.small.addEventListener('change', () => {
      if (!this.dialog.open) return;
      this.dialog.close();
      this.raise();
    });
    this.paint = paint;
    paint();
  }

  // --- who speaks --------------------------------------------------------------------------------------------------

  /** The company's own words and colours, asked for once; the panel also works while they are on their way. */
  learn() {
    this.learning ||= this.read();
    return this.learning;
  }

  async read() {
    this.name();
    try {
      this.config = await this.wire.config();
    } catch (error) {
      this.learning = undefined;
      if (!(error instanceof Refusal) || error.status >= 500) return this.trouble(this.words.offline, () => this.learn());
      this.composer.inert = true;
      return this.trouble(this.words.not_here);
    }
    this.trouble('');
    Object.assign(this.words, this.config.locales?.[this.given.locale]);
    this.paint?.();
    this.name();
    this.greet();
  }

  /** @param {string} rep the person who now answers; empty when the agent does */
  speaker(rep) {
    this.rep = rep;
    this.name();
  }

  name() {
    const { agent_name: agent = this.words.assistant, brand = '' } = this.config;
    const role = this.rep ? this.words.a_person : this.words.ai_assistant;
    this.transcript.agent = agent;
    this.title.textContent = this.rep || agent;
    this.mark.textContent = initial(this.rep || agent);
    this.mark.classList.toggle('human', Boolean(this.rep));
    this.subtitle.textContent = brand ? `${role} · ${brand}` : role;
    this.tellNotice();
  }

  /** Under the composer: in full before the first message, briefly afterwards, other words when a person answers. */
  tellNotice() {
    const { consents, retention_days: days, privacy_url } = this.config;
    const { words } = this;
    const href = safeUrl(this.given.privacy || privacy_url);
    let text = consents?.chat?.text || (days ? fill(words.notice, { days }) : words.notice_short);
    if (this.rep) text = fill(words.notice_person, { name: this.rep });
    else if (this.wire.kept.token) text = words.notice_short;
    this.notice.replaceChildren(text.trim(), ' ', href ? h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, words.privacy) : '');
  }

  greet() {
    if (this.greeting) return;
    const { greeting, suggestions = [], brand = '' } = this.config;
    const text = greeting || fill(this.words.greeting, { agent: this.transcript.agent, brand });
    const author = this.transcript.nameOf({ kind: 'agent' });
    const { items } = this.transcript;
    this.greeting = h('article', { class: 'msg agent', 'data-author': author }, h('span', { class: 'who' }, author), h('div', { class: 'bubble', dir: 'auto' }, text.trim()));
    items.prepend(this.greeting);
    if (items.children.length > 1 || !suggestions.length) return;
    const starter = (/** @type {string} */ one) => h('li', null, h('button', { type: 'button', dir: 'auto', onclick: () => { this.field.focus(); this.say(one); } }, one));
    this.starters = h('ul', { class: 'starters', 'aria-label': this.words.starters }, ...suggestions.slice(0, 3).map(starter));
    this.greeting.after(this.starters);
  }

  // --- opening and closing -----------------------------------------------------------------------------------------

  /** @param {boolean} [quietly] without taking the focus, as after a reload */
  open(quietly = false) {
    if (this.dialog.open) return;
    this.learn();
    this.raise(quietly);
    this.unread = 0;
    this.count();
    if (this.wire.kept.token) this.wire.keep({ open: true });
    this.transcript.toEnd();
    if (!quietly) this.field.focus();
    this.tellHost('open');
  }

  raise(quietly = false) {
    const was = /** @type {HTMLElement | null} */ (document.activeElement);
    if (this.small.matches && !this.given.page && !quietly) this.dialog.showModal();
    else this.dialog.show();
    if (quietly) {
      /** @type {HTMLElement | null} */ (this.root.activeElement)?.blur();
      was?.focus();
    }
    this.launcher.setAttribute('aria-expanded', 'true');
    this.launcher.hidden = true;
  }

  close() {
    if (!this.dialog.open || this.given.page) return;
    this.showMenu(false);
    this.dialog.close();
    this.launcher.setAttribute('aria-expanded', 'false');
    this.launcher.hidden = false;
    this.launcher.focus();
    if (this.wire.kept.token) this.wire.keep({ open: false });
  }

  toggle() {
    if (this.dialog.open) this.close();
    else this.open();
  }

  /** @param {KeyboardEvent} event */
  escape(event) {
    if (event.key !== 'Escape' || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    if (!this.menu.hidden) {
      this.showMenu(false);
      this.menuButton.focus();
    } else if (this.sheet) this.back();
    else this.close();
  }

  /** @param {boolean} is */
  async showMenu(is) {
    this.menuButton.setAttribute('aria-expanded', String(is));
    if (is && !this.menu.firstChild) {
      try {
        const [part] = await Promise.all([import('./menu.js'), import('./noted.js')]);
        if (!this.menu.firstChild) part.fillMenu(this);
      } catch {
        this.menuButton.setAttribute('aria-expanded', 'false');
        return this.trouble(this.words.offline);
      }
    }
    this.menu.hidden = !is;
    if (is) this.menu.querySelector('button')?.focus();
  }

  /**
   * Lay a sheet over the chat.
   * @param {HTMLElement & {begin(): void}} sheet
   */
  cover(sheet) {
    this.sheet?.remove();
    this.sheet = sheet;
    this.chat.hidden = true;
    this.chat.after(sheet);
    sheet.begin();
  }

  back() {
    this.sheet?.remove();
    this.sheet = undefined;
    this.chat.hidden = false;
    this.transcript.toEnd();
    this.menuButton.focus();
  }

  count() {
    /** @type {HTMLElement} */ (this.launcher.querySelector('.count')).textContent = this.unread ? String(Math.min(this.unread, 99)) : '';
    this.launcher.setAttribute('aria-label', this.unread ? `${this.label}, ${fill(this.words.unread, { n: this.unread })}` : this.label);
  }

  // --- saying something --------------------------------------------------------------------------------------------

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) this.submit(event);
  }

  measure() {
    this.parts().catch(() => {}); // while the visitor writes, what the answer needs is fetched
    const n = [...this.field.value.trim()].length;
    const shown = (/** @type {number} */ one) => one.toLocaleString(this.given.locale);
    this.field.rows = Math.min(5, this.field.value.split('\n').length);
    this.limit.textContent = n > MOST_CHARACTERS ? fill(this.words.too_long, { n: shown(n), most: shown(MOST_CHARACTERS) }) : '';
    return n;
  }

  /** @param {Event} event */
  submit(event) {
    event.preventDefault();
    const n = this.measure();
    this.field.focus();
    if (!n || n > MOST_CHARACTERS) return;
    this.say(this.field.value.trim());
    this.field.value = '';
    this.field.rows = 1;
  }

  /** @param {string} text */
  say(text) {
    this.starters?.remove();
    this.transcript.dropFailure();
    const clientId = this.wire.send(text);
    this.transcript.say(text, clientId);
    this.wire.keep({ open: true });
    this.tellHost('message', { client_id: clientId });
  }

  /** @param {import('./transcript.js').Message} message */
  retry(message) {
    this.transcript.forget(message);
    this.field.focus();
    this.say(message.text);
  }

  /** @param {boolean} is */
  answering(is) {
    if (!is && this.root.activeElement === this.stopButton) this.field.focus();
    this.stopButton.hidden = !is;
  }

  stop() {
    this.talk?.awaiting(false);
    this.wire.ask('POST', '/stop', {}).catch((error) => this.trouble(this.why(error)));
  }

  /** Take up what was begun earlier; while the server cannot be had, it is asked again and again. */
  async resume(failures = 0) {
    try {
      await this.wire.begin();
      this.trouble('');
    } catch (error) {
      if (this.wire.queue.length) return; // the queue keeps trying anyway
      if (error instanceof Refusal && error.status < 500 && error.status !== 429) return this.trouble(this.why(error), () => this.resume());
      this.trouble(this.words.reconnecting);
      await pause(backOff(failures));
      await this.resume(failures + 1);
    }
  }

  parts() {
    return Promise.all([import('./talk.js'), import('./stream.js'), import('./slots.js')]);
  }

  /** @param {any} answer to POST /sessions */
  async opened(answer) {
    const [[part]] = await Promise.all([this.parts(), this.learn()]);
    this.talk ||= new part.Talk(this);
    this.talk.opened(answer);
    this.tellNotice();
  }

  // --- words outside the conversation ------------------------------------------------------------------------------

  /**
   * What to tell about a failed call: the server's own sentence when it is about what was asked.
   * @param {any} error
   * @param {string} [otherwise]
   */
  why(error, otherwise = this.words.not_reached) {
    return error instanceof Refusal && error.status < 500 && error.status !== 429 && error.message || otherwise;
  }

  /**
   * The strip over the composer; empty text takes it away.
   * @param {string} text
   * @param {() => void} [again]
   */
  trouble(text, again) {
    if (this.strip.dataset.text === text && !again) return;
    this.strip.dataset.text = text;
    const retry = () => {
      this.trouble('');
      again?.();
    };
    this.strip.replaceChildren(...(text ? [icon('alert'), h('span', null, text), again ? h('button', { type: 'button', class: 'plain', onclick: retry }, this.words.try_again) : ''] : []));
  }

  /** @param {string} text said once to those who listen */
  announce(text) {
    this.status.textContent = text;
    clearTimeout(this.hushing);
    this.hushing = setTimeout(() => { this.status.textContent = ''; }, SPOKEN_MS);
  }

  /** @param {string} text a message that has just come, of the agent or a person */
  news(text) {
    this.announce(text);
    if (this.dialog.open) return;
    this.unread += 1;
    this.count();
  }

  /**
   * An event on the host page, for its own measuring.
   * @param {string} name
   * @param {any} [detail]
   */
  tellHost(name, detail) {
    this.host.dispatchEvent(new CustomEvent(`opener:${name}`, { detail, bubbles: true, composed: true }));
  }

  // --- what the host page may call, besides open, close and say ----------------------------------------------------

  /** @param {string} token a signed statement of who the visitor is */
  identify(token) {
    this.given.identity = token;
    if (this.wire.kept.token) this.talk?.afresh();
  }

  reset() {
    this.wire.forget();
    this.talk?.forget();
    this.blank();
  }

  blank() {
    this.transcript.clear();
    this.greeting = this.starters = undefined;
    this.speaker('');
    this.greet();
  }
}

/**
 * Build the panel, closed. A conversation that was begun earlier is taken up again.
 * @param {HTMLElement} host
 * @param {Given} given
 */
export async function mount(host, given) {
  const panel = new Panel(host, given);
  const { kept, queue } = panel.wire;
  const learnt = panel.learn();
  if (kept.token || queue.length) {
    const unsent = () => queue.forEach(({ text, client_id }) => panel.transcript.say(text, client_id));
    panel.resume().then(unsent).then(() => panel.wire.drain());
    if (kept.open && !panel.small.matches) panel.open(true);
  }
  await Promise.race([learnt, pause(1_500)]);
  return panel;
}
