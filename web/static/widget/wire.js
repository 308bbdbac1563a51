/** The calls of the widget API, the visitor's session, and the queue of messages that have not arrived yet. */

/** @typedef {{client_id: string, text: string}} Waiting a message on its way */
/** @typedef {{token?: string, open?: boolean, queue?: Waiting[]}} Kept what the browser keeps between pages */
/** @typedef {{id?: string | number, type: string, data: any}} Event */

const REQUEST_MS = 20_000;
const PAUSE_MS = 1_000; // the first pause before a message is sent again; doubled each time
const LONGEST_PAUSE_MS = 30_000;
const TRIES = 4; // answers of a broken server before a message counts as failed

/** The server said no. `status` is the HTTP status, `code` the stable code of its problem details. */
export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {any} body
   * @param {number} after seconds the server asks us to wait
   */
  constructor(status, body, after) {
    super(body?.detail || body?.title || `HTTP ${status}`);
    this.status = status;
    this.code = body?.code || '';
    this.body = body || {};
    this.after = after;
  }
}

/** Waits; back-off with jitter keeps many browsers from coming back at the same moment. */
export const pause = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));
/** @param {number} failures in a row */
export const backOff = (failures) => Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** failures) * (0.5 + Math.random() / 2);

export class Wire {
  /**
   * @param {{key: string, api: string, locale: string, identity?: string}} given
   * @param {{opened(answer: any): Promise<void>, sent(clientId: string, answer: any): void,
   *   failed(clientId: string, refusal: Refusal): void, offline(is: boolean): void}} hear
   */
  constructor(given, hear) {
    this.given = given;
    this.hear = hear;
    this.base = `${given.api}widget/v1`;
    this.shelf = `opener-chat:${given.key}`;
    /** @type {Kept} */
    this.kept = this.read();
    this.queue = this.kept.queue || [];
    this.tz = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
    /** @type {string | undefined} */
    this.token = undefined;
    /** @type {Promise<void> | undefined} */
    this.session = undefined;
    addEventListener('online', () => this.wake?.());
  }

  /** @returns {Kept} */
  read() {
    try {
      return JSON.parse(localStorage.getItem(this.shelf) || '{}') || {};
    } catch {
      return {};
    }
  }

  /**
   * Keep something between pages. Only called once the visitor has written: nothing is stored before.
   * @param {Kept} change
   */
  keep(change) {
    this.kept = { ...this.kept, ...change };
    try {
      localStorage.setItem(this.shelf, JSON.stringify(this.kept));
    } catch { /* storage is full or switched off: the chat lives as long as the page */ }
  }

  /** Forget the visitor in this browser. */
  forget() {
    this.token = this.session = undefined;
    this.kept = {};
    this.queue.length = 0;
    try {
      localStorage.removeItem(this.shelf);
    } catch { /* nothing was stored then */ }
  }

  /** @returns {Record<string, string>} */
  get authorization() {
    return this.token ? { Authorization: `Bearer ${this.token}` } : {};
  }

  /**
   * One call. A refusal is thrown as `Refusal`; a line that is down as the browser's own error.
   * @param {string} method
   * @param {string} path
   * @param {any} [body]
   * @param {string} [accept]
   * @returns {Promise<any>} the JSON answer, or the Response itself when another type was asked for
   */
  async call(method, path, body, accept) {
    /** @type {Record<string, string>} */
    const headers = { Accept: accept || 'application/json', ...(path.startsWith('/config') ? {} : this.authorization) };
    if (body) headers['Content-Type'] = 'application/json';
    const init = { method, headers, credentials: /** @type {const} */ ('omit'), signal: AbortSignal.timeout(REQUEST_MS) };
    const answer = await fetch(this.base + path, { ...init, body: body && JSON.stringify(body) });
    if (!answer.ok) {
      throw new Refusal(answer.status, await answer.json().catch(() => null), Number(answer.headers.get('Retry-After')) || 0);
    }
    if (accept) return answer;
    return answer.status === 204 ? {} : answer.json().catch(() => ({}));
  }

  config() {
    return this.call('GET', `/config?key=${encodeURIComponent(this.given.key)}`);
  }

  /** The session: begun, or taken up again, once. */
  begin() {
    this.session ||= this.open().catch((error) => {
      this.session = undefined;
      throw error;
    });
    return this.session;
  }

  async open() {
    const asked = [...new URLSearchParams(location.search)].filter(([name]) => name.startsWith('utm_'));
    const utm = Object.fromEntries(asked.slice(0, 10).map(([name, value]) => [name.slice(0, 60), value.slice(0, 200)]));
    const resume = this.kept.token || this.read().token; // another tab may have begun meanwhile
    const page = { url: location.href.slice(0, 2000), title: document.title.slice(0, 300), referrer: document.referrer.slice(0, 2000) };
    const { key, locale, identity } = this.given;
    const answer = await this.call('POST', '/sessions', { key, page, utm, locale, tz: this.tz, ...(resume && { resume }), ...(identity && { identity }) });
    this.token = answer.token;
    this.keep({ token: answer.token });
    await this.hear.opened(answer);
  }

  /** The session is over (expired, closed, deleted elsewhere): the next call begins a new one. */
  lose() {
    this.token = this.session = undefined;
    this.keep({ token: undefined });
  }

  /**
   * A call that needs the session; one that has ended is begun anew, once.
   * @param {string} method
   * @param {string} path
   * @param {any} [body]
   * @param {string} [accept]
   */
  async ask(method, path, body, accept) {
    await this.begin();
    try {
      return await this.call(method, path, body, accept);
    } catch (error) {
      if (!(error instanceof Refusal) || ![401, 410].includes(error.status)) throw error;
      this.lose();
      await this.begin();
      return this.call(method, path, body, accept);
    }
  }

  /**
   * Take a message for sending. It waits when the line is down, and is sent again under the same `client_id`.
   * @param {string} text
   * @returns {string} its client_id
   */
  send(text) {
    const client_id = globalThis.crypto?.randomUUID?.() || `c${Date.now()}-${Math.random().toString(36).slice(2)}`;
    this.queue.push({ client_id, text });
    this.keep({ queue: this.queue });
    this.drain();
    return client_id;
  }

  /** Send what waits, in order, one at a time. */
  async drain() {
    if (this.draining) return;
    this.draining = true;
    let failures = 0;
    while (this.queue.length) {
      const message = this.queue[0];
      try {
        const answer = await this.ask('POST', '/messages', message);
        failures = 0;
        this.hear.offline(false);
        this.hear.sent(message.client_id, answer);
      } catch (error) {
        failures += 1;
        if (await this.mayWait(error, failures)) continue;
        this.hear.failed(message.client_id, /** @type {Refusal} */ (error));
      }
      if (this.queue[0] === message) this.queue.shift();
      this.keep({ queue: this.queue });
    }
    this.draining = false;
  }

  /**
   * Wait when another try makes sense: no connection, a busy or a broken server, a closed conversation.
   * @param {any} error
   * @param {number} failures
   */
  async mayWait(error, failures) {
    if (!(error instanceof Refusal)) {
      this.hear.offline(true);
      await Promise.race([pause(backOff(failures)), new Promise((done) => { this.wake = () => done(undefined); })]);
      return true;
    }
    this.hear.offline(false);
    if (failures >= TRIES) return false;
    if (error.status === 409) {
      this.lose();
      return true;
    }
    if (error.status !== 429 && error.status < 500) return false;
    await pause(Math.min(error.after * 1000, 60_000) || backOff(failures));
    return true;
  }
}
