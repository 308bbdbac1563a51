/** A conversation under way: what arrives on the stream becomes messages, cards and lines. Loaded when a session begins. */
import { fill } from './dom.js';
import { LOOK, MOST, meetingCard, slotCard } from './slots.js';
import { Stream } from './stream.js';
import { Refusal, pause } from './wire.js';

const PATIENCE_MS = 90_000; // a sign of writing without a word for so long is taken away
const PASSING = new Set(['message.started', 'message.delta', 'message.snapshot']);
const TYPING_EVERY_MS = 3_000;
const REP_PATIENCE_MS = 8_000; // a person may stop typing without sending
const ADDRESS = /[^\s@<>(),;]+@[^\s@<>(),;]+\.[a-z]{2,}/i;

export class Talk {
  /** @param {import('./panel.js').Panel} panel */
  constructor(panel) {
    this.panel = panel;
    this.words = panel.words;
    this.wire = panel.wire;
    this.transcript = panel.transcript;
    /** @type {string | undefined} */
    this.conversation = undefined;
    /** @type {ReturnType<typeof slotCard> | undefined} the form of the times on offer */
    this.slots = undefined;
    /** @type {Map<string, HTMLElement>} */
    this.meetings = new Map();
    this.told = false; // that an answer is being written
    this.typedAt = 0;
    this.stream = new Stream(this.wire, {
      event: (type, data) => this.take(type, data, false),
      state: (open) => this.connected(open),
      lost: () => this.lost(),
    });
    panel.adopt(LOOK);
  }

  // --- the session -------------------------------------------------------------------------------------------------

  /** @param {{conversation_id: string, resumed?: boolean, events?: import('./wire.js').Event[]}} answer */
  opened(answer) {
    if (answer.conversation_id !== this.conversation) {
      this.conversation = answer.conversation_id;
      this.stream.stop();
      this.stream.last = '';
    }
    for (const event of answer.events || []) {
      if (this.stream.seen(event.id)) this.take(event.type, event.data, true);
    }
    if (!answer.resumed) this.agree();
    this.stream.start();
  }

  /** The visitor wrote below the notice: that, and the version of its text, is put on record. */
  async agree() {
    const text_version = this.panel.config.consents?.chat?.text_version;
    if (!text_version) return;
    for (let tries = 0; tries < 3; tries += 1) {
      try {
        return await this.wire.call('POST', '/consent', { purpose: 'chat', granted: true, text_version });
      } catch (error) {
        if (error instanceof Refusal && error.status < 500) return;
        await pause(2_000 * (tries + 1));
      }
    }
  }

  /** History has changed under us: ask for it again. */
  async afresh() {
    this.forget();
    this.wire.session = undefined;
    this.panel.blank();
    await this.wire.begin().catch(() => this.panel.trouble(this.words.not_reached, () => this.afresh()));
  }

  /** Let go of the conversation. */
  forget() {
    this.stream.stop();
    this.stream.last = '';
    this.conversation = this.slots = undefined;
    this.meetings.clear();
    this.awaiting(false);
  }

  /** @param {boolean} open */
  connected(open) {
    if (open) this.panel.trouble('');
    else if (this.stream.failures > 1) this.panel.trouble(navigator.onLine ? this.words.reconnecting : this.words.offline);
  }

  /** The session has ended on the server; what is written next begins a new one. */
  lost() {
    this.awaiting(false);
    this.wire.lose();
    this.conversation = undefined;
    this.transcript.note(this.words.closed);
  }

  // --- waiting for an answer ---------------------------------------------------------------------------------------

  /** @param {boolean} is whether an answer is on its way */
  awaiting(is) {
    clearTimeout(this.impatient);
    this.transcript.waitFor(is);
    this.panel.answering(is);
    if (is) this.impatient = setTimeout(() => this.awaiting(false), PATIENCE_MS);
  }

  /** @param {{kind?: string, name?: string}} [author] */
  writing(author) {
    const { rep } = this.panel;
    if (author?.kind === 'visitor') return;
    if (!this.told) this.panel.announce(fill(this.words.writing_name, { name: author?.name || rep || this.transcript.agent }));
    this.told = true;
    const begun = [...this.transcript.messages.values()].some((message) => !message.done && message.text);
    this.transcript.waitFor(!begun);
    this.panel.answering(!rep);
    clearTimeout(this.impatient);
    this.impatient = setTimeout(() => this.awaiting(false), rep ? REP_PATIENCE_MS : PATIENCE_MS);
  }

  /** A person on the line sees that the visitor is writing; said now and then, and of no weight when it fails. */
  typing() {
    if (!this.panel.rep || Date.now() - this.typedAt < TYPING_EVERY_MS) return;
    this.typedAt = Date.now();
    this.wire.call('POST', '/typing').catch(() => {});
  }

  // --- what arrives ------------------------------------------------------------------------------------------------

  /**
   * @param {string} type
   * @param {any} data
   * @param {boolean} old whether it is history, of which nothing is announced
   */
  take(type, data, old) {
    const { transcript, words, panel } = this;
    /** @type {Record<string, () => void>} */
    const hear = {
      'message.created': () => this.whole(data, old),
      'message.completed': () => this.whole(data, old),
      'message.failed': () => { this.awaiting(false); transcript.fail(data.id, data.retryable); },
      'message.started': () => { this.writing(data.author); transcript.begun(data.id, data.author); },
      'message.delta': () => { this.writing(); if (!transcript.grow(data)) this.stream.again(); },
      'message.snapshot': () => { this.writing(); transcript.snapshot(data); },
      typing: () => this.writing(data.author),
      'slots.offered': () => this.offer(data.slots || [], old),
      'booking.confirmed': () => this.meeting(data.meeting, 'confirmed', old),
      'booking.changed': () => this.meeting(data.meeting, 'changed', old),
      'booking.cancelled': () => this.meeting(data.meeting, 'cancelled', old),
      'handoff.requested': () => { transcript.note(words.person_asked); if (!old) panel.tellHost('handoff', data); },
      'handoff.joined': () => this.joined(data.rep, old),
      'handoff.ended': () => { panel.speaker(''); transcript.note(words.person_left, { agent: transcript.agent }); },
      'consent.recorded': () => { if (data.purpose === 'marketing') transcript.note(data.granted ? words.mail_yes : words.mail_no); },
      'conversation.closed': () => { this.awaiting(false); transcript.note(words.closed); },
      reset: () => this.afresh(),
    };
    if (panel.rep && PASSING.has(type)) return; // words of an answer that a person's arrival has called off
    hear[type]?.();
  }

  /**
   * @param {any} data
   * @param {boolean} old
   */
  whole(data, old) {
    const news = this.transcript.complete(data);
    const theirs = data.author.kind === 'visitor';
    // Told by the stream alone, which keeps the order: a quick answer can overtake the reply to the call that asked.
    this.awaiting(theirs && !this.panel.rep);
    if (theirs) return this.panel.starters?.remove();
    this.told = false;
    if (news && !old) this.panel.news(`${this.transcript.nameOf(data.author)}: ${this.transcript.spoken(data.id)}`);
  }

  /**
   * @param {{name?: string} | string | undefined} rep
   * @param {boolean} old
   */
  joined(rep, old) {
    const name = (typeof rep === 'string' ? rep : rep?.name) || this.words.team;
    this.panel.speaker(name);
    this.transcript.dropUnfinished();
    this.awaiting(false);
    this.transcript.note(this.words.person_joined, { name });
    if (!old) this.panel.announce(fill(this.words.person_joined, { name }));
  }

  // --- times and meetings ------------------------------------------------------------------------------------------

  get desk() {
    const { words, panel, wire } = this;
    return { words, locale: panel.tongue, tz: wire.tz, api: panel.given.api };
  }

  /**
   * @param {import('./slots.js').Slot[]} slots
   * @param {boolean} old
   */
  offer(slots, old) {
    // Other times while the visitor is at the form: the form stays, with all that was typed.
    if (this.slots?.contains(this.panel.root.activeElement)) return this.slots.offer(slots);
    const draft = this.slots?.draft();
    this.slots?.remove();
    const said = [...this.transcript.messages.values()].filter((message) => message.author.kind === 'visitor');
    const typed = said.map((message) => ADDRESS.exec(message.text)?.[0]).filter(Boolean).at(-1);
    this.slots = slotCard(slots, {
      ...this.desk,
      marketing: this.panel.config.consents?.marketing?.text?.trim() || this.words.marketing,
      email: draft?.email || typed || '',
      name: draft?.name || '',
      book: async (body) => (await this.wire.ask('POST', '/bookings', body)).meeting,
      more: (tz) => this.moreSlots(tz),
      booked: (meeting) => this.meeting(meeting, 'confirmed', false),
    });
    this.transcript.card(this.slots, true);
    if (!old) this.panel.announce(this.words.times_offered);
  }

  /** @param {string} tz */
  async moreSlots(tz) {
    const answer = await this.wire.ask('POST', '/slots', { tz, count: MOST });
    if (!answer.slots) return;
    await pause(300); // the same offer usually comes as an event too, and then is there already
    const shown = new Set([...(this.slots?.querySelectorAll('input[type=radio]') || [])].map((input) => /** @type {HTMLInputElement} */ (input).value));
    if (!answer.slots.every((/** @type {any} */ slot) => shown.has(slot.slot_id))) this.offer(answer.slots, false);
  }

  /**
   * A meeting's card takes the place of the form it came from, or of its own older state.
   * @param {import('./slots.js').Meeting} meeting
   * @param {'confirmed' | 'changed' | 'cancelled'} state
   * @param {boolean} old
   */
  meeting(meeting, state, old) {
    const signature = JSON.stringify([state, meeting.start, meeting.end]);
    const known = this.meetings.get(meeting.id);
    if (known?.dataset.state === signature) return;
    const focused = this.slots?.contains(this.panel.root.activeElement);
    this.slots?.remove();
    this.slots = undefined;
    known?.remove();
    const card = meetingCard(meeting, state, this.desk);
    const title = card.querySelector('h3');
    card.dataset.state = signature;
    this.meetings.set(meeting.id, card);
    this.transcript.card(card);
    if (focused) title.focus();
    if (old) return;
    this.panel.announce(title.textContent);
    if (state === 'confirmed') this.panel.tellHost('booked', { meeting });
  }
}
