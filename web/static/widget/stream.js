/**
 * One line on which events arrive: server-sent events read with fetch, taken up again after the last event seen.
 * Where a proxy holds the bytes back, the same events come by long poll.
 */
import { backOff } from './wire.js';

const SILENT_MS = 40_000; // the server writes a comment every 15 s; a line this quiet is dead
const FIRST_MS = 20_000; // no byte at all until then: something on the way collects them
const HIDDEN_MS = 5_000; // a tab nobody looks at gives its connection back
const POLL_S = 20;

export class Stream {
  /**
   * @param {import('./wire.js').Wire} wire
   * @param {{event(type: string, data: any): void, state(open: boolean): void, lost(): void}} hear
   */
  constructor(wire, hear) {
    this.wire = wire;
    this.hear = hear;
    this.last = '';
    this.run = 0;
    this.failures = 0;
    this.barren = 0; // lines in a row on which not one byte came
    this.polling = false;
    this.next = 0; // what the server asked us to wait, in milliseconds
    addEventListener('online', () => this.again());
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let leaving;
    document.addEventListener('visibilitychange', () => {
      clearTimeout(leaving);
      if (document.hidden) leaving = setTimeout(() => this.cut(), HIDDEN_MS);
      else if (this.running && !this.line) this.again();
    });
  }

  /** Begin to listen, after the last event that is known. */
  start() {
    if (this.running) return;
    this.running = true;
    this.again();
  }

  /** Stop listening. */
  stop() {
    this.running = false;
    this.cut();
  }

  /** Listen afresh at once: the server answers with what was missed and a snapshot of what is being written. */
  again() {
    if (!this.running) return;
    this.cut();
    this.listen(this.run);
  }

  cut() {
    this.run += 1;
    clearTimeout(this.waiting);
    this.line?.abort();
    this.line = undefined;
  }

  /**
   * Note how far we are; tells whether the event is new.
   * @param {string | number | null | undefined} id
   */
  seen(id) {
    if (id == null || id === '') return true;
    const known = this.last !== '' && Number(id) <= Number(this.last);
    if (!known) this.last = String(id);
    return !known;
  }

  /** @param {number} run */
  async listen(run) {
    this.line = new AbortController();
    try {
      await (this.polling ? this.poll(run) : this.read(run));
      if (run === this.run) this.failures = 0;
    } catch (error) {
      if (run !== this.run) return;
      if (/** @type {any} */ (error)?.lost) {
        this.stop();
        return this.hear.lost();
      }
      this.failures += 1;
      this.hear.state(false);
    }
    if (run !== this.run) return;
    this.line = undefined;
    const wait = this.next || (this.failures || !this.polling ? backOff(Math.max(this.failures - 1, 0)) : 0);
    this.next = 0;
    this.waiting = setTimeout(() => run === this.run && this.listen(run), wait);
  }

  /**
   * @param {string} path
   * @param {Record<string, string>} headers
   */
  async open(path, headers) {
    const signal = /** @type {AbortController} */ (this.line).signal;
    const answer = await fetch(this.wire.base + path, { headers: { ...this.wire.authorization, ...headers }, credentials: 'omit', cache: 'no-store', signal });
    if (answer.ok) return answer;
    throw Object.assign(new Error(`HTTP ${answer.status}`), { lost: [401, 403, 404, 410].includes(answer.status) });
  }

  /** @param {number} run */
  async read(run) {
    const line = /** @type {AbortController} */ (this.line);
    let watch = setTimeout(() => line.abort(), FIRST_MS);
    let bytes = 0;
    try {
      const answer = await this.open('/events', { Accept: 'text/event-stream', ...(this.last && { 'Last-Event-ID': this.last }) });
      if (!answer.body || !/event-stream/.test(answer.headers.get('Content-Type') || '')) throw new Error('not an event stream');
      const reader = answer.body.getReader();
      const decoder = new TextDecoder();
      const parse = parser((id, type, data) => run === this.run && this.take(id, type, data));
      for (;;) {
        const { done, value } = await reader.read();
        if (run !== this.run || done) break;
        if (!bytes) this.hear.state(true);
        bytes += value.length;
        this.failures = 0;
        clearTimeout(watch);
        watch = setTimeout(() => line.abort(), SILENT_MS);
        parse(decoder.decode(value, { stream: true }));
      }
    } finally {
      clearTimeout(watch);
      this.barren = bytes ? 0 : this.barren + 1;
      // Two lines without a byte while the page is online: ask in another way.
      if (run === this.run && this.barren > 1 && navigator.onLine) this.polling = true;
    }
  }

  /** @param {number} run */
  async poll(run) {
    const answer = await this.open(`/events?after=${encodeURIComponent(this.last || 0)}&wait=${POLL_S}`, { Accept: 'application/json' });
    const { events, next } = await answer.json();
    if (run !== this.run) return;
    this.hear.state(true);
    for (const event of events || []) this.take(event.id, event.type, event.data);
    if (next != null) this.seen(next);
  }

  /**
   * @param {string | number | null} id
   * @param {string} type
   * @param {any} data
   */
  take(id, type, data) {
    if (!this.seen(id)) return;
    if (type === 'bye') {
      this.next = Math.min(Number(data?.retry) || 1000, 30_000);
      return;
    }
    this.hear.event(type, data);
  }
}

/**
 * Reads the event stream format: any line ending, comments, data over several lines, pieces cut anywhere.
 * @param {(id: string | null, type: string, data: any) => void} tell
 * @returns {(piece: string) => void}
 */
export function parser(tell) {
  let rest = '';
  /** @type {string | null} */
  let id = null;
  let type = '';
  /** @type {string[]} */
  let data = [];
  return (piece) => {
    rest += piece;
    // A lone \r at the very end may be half of \r\n: it waits for what follows.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = /** @type {string} */ (lines.pop());
    for (const line of lines) {
      if (!line) {
        if (data.length) tell(id, type || 'message', json(data.join('\n')));
        id = null;
        type = '';
        data = [];
        continue;
      }
      const colon = line.indexOf(':');
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (field === 'data') data.push(value);
      else if (field === 'event') type = value;
      else if (field === 'id') id = value;
    }
  };
}

/** @param {string} text */
function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
