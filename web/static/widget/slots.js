/** Choosing a time and booking it, and the card of the meeting that came of it. */
import { fill, h, icon, safeUrl } from './dom.js';

/**
 * @typedef {{slot_id: string, start: string, end: string, tz?: string, host?: string | {name: string}}} Slot
 * @typedef {{id: string, start: string, end: string, tz?: string, title?: string, host?: {name: string},
 *   ics_url?: string, manage_url?: string}} Meeting
 * @typedef {{words: Record<string, string>, locale: string, tz: string, api: string, marketing: string, email: string,
 *   name: string, book(body: any): Promise<Meeting>, more(tz: string): Promise<void>, booked(meeting: Meeting): void}} Booking
 */

/** How the cards look. */
export const LOOK = `
.card{border:1px solid var(--line);border-radius:14px;padding:15px 16px 16px;background:var(--paper);animation:rise .16s ease-out}
.card .head{display:flex;align-items:center;gap:8px}
.card .head .icon{width:18px;height:18px}
.zone{font-size:13px;line-height:18px;color:var(--soft);display:flex;flex-wrap:wrap;align-items:center;gap:2px 6px}
.panel select{max-width:100%;height:34px;border:1px solid var(--edge);border-radius:8px;background:var(--paper);padding-inline:6px;font-size:14px}
.days fieldset{display:grid;grid-template-columns:repeat(auto-fill,minmax(78px,1fr));gap:8px;margin-block-start:10px}
.days legend{font-size:13px;line-height:18px;font-weight:650;padding:0 0 6px}
.time{position:relative;display:block;cursor:pointer}
.time input{position:absolute;inset:0;width:100%;height:100%;margin:0;opacity:0;cursor:pointer}
.time span{display:block;min-height:38px;padding:7px 2px;border:1px solid var(--edge);border-radius:10px;font-size:14px;line-height:22px;text-align:center;font-variant-numeric:tabular-nums}
.time small{display:block;font-size:12px;line-height:16px;color:var(--soft)}
.time:hover span{border-color:var(--accent)}
.time input:checked+span{background:var(--accent);border-color:var(--accent);color:var(--on)}
.time input:checked+span small{color:inherit}
.time input:focus-visible+span{outline:2px solid var(--accent);outline-offset:2px}
.zone .plain{padding-inline:0}
.slots>.plain{margin-block-start:6px;padding-inline:0}
.slots>.error{margin-block-start:8px!important}
.details{display:flex;flex-direction:column;margin-block-start:8px}
.details>label{font-size:13px;line-height:18px;font-weight:650;margin-block:8px 6px}
.details .optional{font-weight:400;color:var(--soft)}
.panel input[aria-invalid]{border-color:var(--bad)!important}
.details>:is(.hint,.error){margin-block-start:5px!important}
.tick{display:flex;gap:9px;align-items:flex-start;margin-block:12px;font-size:13px;line-height:18px;color:var(--soft)}
.tick input{width:20px;height:20px;margin:0;flex:none;accent-color:var(--accent)}
.primary[aria-busy]{opacity:.7;cursor:progress}
.meeting:not(.cancelled){border-color:color-mix(in srgb,var(--good) 55%,var(--line))}
.meeting:not(.cancelled) .icon{color:var(--good)}
.meeting .day{font-weight:650;margin-block-start:8px!important}
.cancelled .day{text-decoration:line-through;font-weight:400}
.links{display:flex;flex-wrap:wrap;gap:4px 18px;margin-block-start:10px!important}
@media (forced-colors:active){.card,.time span{border-color:CanvasText}
.time input:checked+span{background:Highlight;color:HighlightText;forced-color-adjust:none}}
`;

export const MOST = 9; // times on one card
const MAIL = /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/;

/** @param {Slot} slot */
const hostOf = (slot) => (typeof slot.host === 'string' ? slot.host : slot.host?.name) || '';

/**
 * @param {string} instant
 * @param {string} locale
 * @param {string} timeZone
 */
export const dayOf = (instant, locale, timeZone) =>
  new Intl.DateTimeFormat(locale, { weekday: 'long', month: 'long', day: 'numeric', timeZone }).format(new Date(instant));

/**
 * @param {string} instant
 * @param {string} locale
 * @param {string} timeZone
 */
export const timeOf = (instant, locale, timeZone) =>
  new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone }).format(new Date(instant));

/**
 * A zone as people say it: "Berlin (GMT+1)".
 * @param {string} zone
 * @param {string} locale
 */
function zoneName(zone, locale) {
  const offset = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: 'shortOffset' })
    .formatToParts(new Date()).find((part) => part.type === 'timeZoneName')?.value || '';
  const city = (zone.split('/').at(-1) || zone).replaceAll('_', ' ');
  return city === offset ? city : `${city} (${offset})`;
}

/** @param {string} zone */
function isZone(zone) {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}

let cards = 0;

/**
 * The form. Its element has `offer(slots)` for other times.
 * @param {Slot[]} slots
 * @param {Booking} given
 * @returns {HTMLFormElement & {offer(slots: Slot[]): void, draft(): {email: string, name: string}}}
 */
export function slotCard(slots, given) {
  const { words, locale } = given;
  const id = `slots${(cards += 1)}`;
  let offered = slots;
  let zone = isZone(given.tz) ? given.tz : 'UTC';
  let chosen = '';

  const title = h('h3', { id: `${id}-title`, tabindex: '-1' }, words.pick_time);
  const subtitle = h('p', { class: 'hint' });
  const zoneLine = h('p', { class: 'zone' });
  const days = h('div', { class: 'days' });
  const timeError = error(`${id}-time-error`);
  const mailError = error(`${id}-mail-error`);
  const email = h('input', { type: 'email', name: 'email', id: `${id}-mail`, autocomplete: 'email', inputmode: 'email', dir: 'ltr', required: true, value: given.email, 'aria-describedby': `${id}-mail-hint ${id}-mail-error` });
  const name = h('input', { type: 'text', name: 'name', id: `${id}-name`, autocomplete: 'name', maxlength: '120', value: given.name });
  const marketing = h('input', { type: 'checkbox', name: 'marketing', id: `${id}-marketing` });
  const submit = h('button', { type: 'submit', class: 'primary' }, words.book);
  const others = h('button', { type: 'button', class: 'plain', onclick: showOthers }, words.other_times);
  const details = h('div', { class: 'details' },
    h('label', { for: `${id}-mail` }, words.work_email), email, mailError,
    h('p', { class: 'hint', id: `${id}-mail-hint` }, words.email_hint),
    h('label', { for: `${id}-name` }, words.your_name, h('span', { class: 'optional' }, ` ${words.optional}`)), name,
    h('div', { class: 'tick' }, marketing, h('label', { for: `${id}-marketing`, dir: 'auto' }, given.marketing)), submit);
  /** @type {any} */
  const form = h('form', { class: 'card slots', novalidate: true, 'aria-labelledby': `${id}-title`, onsubmit: send }, h('div', { class: 'head' }, icon('calendar'), title), subtitle, zoneLine, days, timeError, others, details);

  form.offer = (/** @type {Slot[]} */ fresh) => {
    if (String(fresh.map((slot) => slot.slot_id)) === String(offered.map((slot) => slot.slot_id))) return;
    const held = days.contains(/** @type {ShadowRoot} */ (form.getRootNode()).activeElement);
    offered = fresh;
    chosen = '';
    showDays();
    if (held) first();
  };
  form.draft = () => ({ email: email.value, name: name.value });
  showZone();
  showDays();
  return form;

  function showZone() {
    const change = h('button', { type: 'button', class: 'plain', onclick: chooseZone }, words.change);
    zoneLine.replaceChildren(fill(words.times_in, { zone: zoneName(zone, locale) }), ' ', change);
  }

  function chooseZone() {
    const known = Intl.supportedValuesOf?.('timeZone') || [];
    const near = [given.tz, offered[0]?.tz, 'UTC'].filter((one) => one && isZone(one));
    const all = [...new Set([...near, ...known])];
    const select = h('select', { id: `${id}-zone`, onchange: () => { zone = select.value; showDays(); } },
      ...all.map((one) => h('option', { value: one }, /** @type {string} */ (one).replaceAll('_', ' '))));
    select.value = zone;
    zoneLine.replaceChildren(h('label', { for: `${id}-zone` }, words.time_zone), select);
    select.focus();
  }

  function showDays() {
    const ahead = offered.filter((slot) => new Date(slot.start).getTime() > Date.now()).slice(0, MOST);
    const hosts = new Set(ahead.map(hostOf));
    const [host] = hosts;
    const minutes = ahead.length ? minutesOf(ahead[0]) : 0;
    subtitle.textContent = ahead.length
      ? [fill(words.minutes, { n: minutes }), hosts.size === 1 && host && fill(words.with_host, { host })].filter(Boolean).join(' · ')
      : words.times_gone;
    details.hidden = zoneLine.hidden = !ahead.length;
    /** @type {Map<string, Slot[]>} */
    const byDay = new Map();
    for (const slot of ahead) {
      const day = dayOf(slot.start, locale, zone);
      byDay.set(day, [...(byDay.get(day) || []), slot]);
    }
    days.replaceChildren(...[...byDay].map(([day, times]) => h('fieldset', null, h('legend', null, day), ...times.map((slot) => radio(slot, hosts.size > 1)))));
  }

  /**
   * @param {Slot} slot
   * @param {boolean} named whether the host is named with the time
   */
  function radio(slot, named) {
    const input = h('input', { type: 'radio', name: 'slot', value: slot.slot_id, onchange: () => { chosen = slot.slot_id; tell(timeError, ''); } });
    input.checked = slot.slot_id === chosen;
    return h('label', { class: 'time' }, input, h('span', null, timeOf(slot.start, locale, zone), named && hostOf(slot) && h('small', null, hostOf(slot))));
  }

  function first() {
    days.querySelector('input')?.focus();
  }

  async function showOthers() {
    others.disabled = true;
    await given.more(zone).catch(() => tell(timeError, words.not_reached));
    others.disabled = false;
  }

  /** @param {SubmitEvent} event */
  async function send(event) {
    event.preventDefault();
    if (submit.getAttribute('aria-busy')) return;
    tell(timeError, chosen ? '' : words.choose_time);
    tell(mailError, MAIL.test(email.value.trim()) ? '' : words.email_wrong, email);
    if (!chosen) return first();
    if (mailError.textContent) return email.focus();
    submit.setAttribute('aria-busy', 'true');
    submit.textContent = words.booking;
    const body = { slot_id: chosen, email: email.value.trim(), tz: zone, marketing: marketing.checked, ...(name.value.trim() && { name: name.value.trim() }) };
    try {
      given.booked(await given.book(body));
    } catch (refusal) {
      explain(/** @type {any} */ (refusal));
    } finally {
      submit.removeAttribute('aria-busy');
      submit.textContent = words.book;
    }
  }

  /** @param {any} refusal */
  function explain(refusal) {
    if (refusal.status === 409 && refusal.body.slots) {
      form.offer(refusal.body.slots);
      tell(timeError, refusal.code === 'slot_taken' ? words.slot_taken : refusal.message);
      return first();
    }
    const aboutMail = refusal.body?.errors?.find((/** @type {any} */ one) => one.field?.includes('email'));
    if (aboutMail) {
      tell(mailError, aboutMail.message || words.email_wrong, email);
      email.focus();
    } else {
      tell(timeError, refusal.status && refusal.status < 500 ? refusal.message : words.not_reached);
      submit.focus();
    }
  }
}

/** @param {{start: string, end: string}} span */
const minutesOf = ({ start, end }) => Math.round((new Date(end).getTime() - new Date(start).getTime()) / 60_000);

/** @param {string} id */
const error = (id) => h('p', { class: 'error', id, role: 'alert' });

/**
 * @param {HTMLElement} line
 * @param {string} text
 * @param {HTMLElement} [field]
 */
function tell(line, text, field) {
  line.textContent = text;
  if (field && text) field.setAttribute('aria-invalid', 'true');
  else field?.removeAttribute('aria-invalid');
}

/**
 * The meeting: booked, moved or cancelled.
 * @param {Meeting} meeting
 * @param {'confirmed' | 'changed' | 'cancelled'} state
 * @param {{words: Record<string, string>, locale: string, tz: string, api: string}} given
 */
export function meetingCard(meeting, state, { words, locale, tz, api }) {
  const zone = meeting.tz && isZone(meeting.tz) ? meeting.tz : tz;
  const off = state === 'cancelled';
  const heading = { confirmed: words.booked, changed: words.moved, cancelled: words.cancelled }[state];
  const when = [timeOf(meeting.start, locale, zone), fill(words.minutes, { n: minutesOf(meeting) }), meeting.host?.name && fill(words.with_host, { host: meeting.host.name })];
  const ics = !off && safeUrl(meeting.ics_url, api);
  const manage = !off && safeUrl(meeting.manage_url, api);
  return h('section', { class: `card meeting ${state}`, 'aria-label': heading, 'data-meeting': meeting.id },
    h('div', { class: 'head' }, icon(off ? 'close' : 'check'), h('h3', { tabindex: '-1' }, heading)),
    h('p', { class: 'day' }, dayOf(meeting.start, locale, zone)),
    h('p', null, when.filter(Boolean).join(' · ')),
    h('p', { class: 'hint' }, zoneName(zone, locale)),
    (ics || manage) && h('p', { class: 'links' },
      ics && h('a', { href: ics, download: 'meeting.ics' }, words.add_to_calendar),
      manage && h('a', { href: manage, target: '_blank', rel: 'noopener noreferrer' }, words.change_or_cancel)));
}
