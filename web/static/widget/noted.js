/** "What we noted about you": every fact with the words it rests on, consent, correction and deletion. */
import { fill, h, icon } from './dom.js';

/**
 * @typedef {{id: string, kind: string, label: string, value: string, quote?: string}} Fact
 * @typedef {{purpose: string, granted: boolean, at: string}} Consent
 * @typedef {{facts?: Fact[], consents?: Consent[], contact?: Record<string, string | null>}} Me
 * @typedef {{words: Record<string, string>, locale: string, has(): boolean, read(): Promise<Me>,
 *   correct(id: string, value: string): Promise<any>, withdraw(purpose: string): Promise<any>,
 *   remove(): Promise<any>, back(): void}} Desk
 */

/** How the sheet looks. */
export const LOOK = `
.sheet{display:flex;flex-direction:column;flex:1;min-height:0}
.sheet-head{display:flex;align-items:center;gap:4px;padding:6px 10px;border-block-end:1px solid var(--line)}
.sheet-body{flex:1;overflow-y:auto;padding:14px 16px 20px;display:flex;flex-direction:column;gap:12px;align-items:stretch}
.sheet h4{font-size:13px;line-height:18px;font-weight:650;margin-block-start:6px}
.sheet .plain.danger{align-self:flex-start;display:flex;align-items:center;gap:6px;margin-block-start:6px}
.sheet .i-bin{width:17px;height:17px}
.facts{display:flex;flex-direction:column;gap:10px}
.facts li{border:1px solid var(--line);border-radius:12px;padding:10px 12px 12px}
.fact-head{display:flex;align-items:center;gap:8px;font-size:13px;line-height:18px;color:var(--soft)}
.panel .fact-head{margin-block-end:3px}
.fact-head>span:not(.mark){flex:1}
.mark{width:20px;height:20px;border-radius:5px;display:grid;place-items:center;font-size:12px;font-weight:700}
.budget{background:#fbeccd;color:#7a4a00}.authority{background:#e7e4fa;color:#4a3aa8}.need{background:#d9eff5;color:#0b5c74}.timeline{background:#f9e2ed;color:#8a2457}
.dark .budget{background:#3b2e13;color:#f2cf8c}.dark .authority{background:#2b2750;color:#c2b8ff}.dark .need{background:#12343f;color:#9adbef}.dark .timeline{background:#431e30;color:#ffb3d4}
.value{font-weight:600;overflow-wrap:anywhere}
.sheet blockquote{margin-block-start:5px;padding-inline-start:10px;border-inline-start:2px solid var(--line);font-size:13px;line-height:19px;color:var(--soft);overflow-wrap:anywhere}
.edit{display:flex;flex-wrap:wrap;gap:6px 8px;align-items:center;padding-block-start:4px}
.small{min-height:34px;padding:4px 14px;border:0;border-radius:8px;background:var(--accent);color:var(--on)!important;font-size:14px}
.sheet dl{display:grid;grid-template-columns:auto 1fr;gap:4px 14px;font-size:14px}
.sheet dt{color:var(--soft)}
.sheet dd{overflow-wrap:anywhere}
.consents li{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:center;gap:0 10px;font-size:14px}
.choices{display:flex;flex-wrap:wrap;gap:10px}
@media (forced-colors:active){.mark,.small{border:1px solid CanvasText}}
`;

/** The four marks of the product: colour is evidence, and the letter says it without colour. */
const MARKS = new Set(['budget', 'authority', 'need', 'timeline']);

/**
 * @param {Desk} desk
 * @param {'noted' | 'remove'} first which part to show
 * @returns {HTMLElement & {begin(): void}}
 */
export function notedView(desk, first) {
  const { words } = desk;
  const title = h('h3', { tabindex: '-1' }, first === 'remove' ? words.delete_data : words.noted);
  const body = h('div', { class: 'sheet-body' });
  const close = h('button', { type: 'button', class: 'round', 'aria-label': words.back, onclick: () => desk.back() }, icon('back'));
  /** @type {any} */
  const view = h('section', { class: 'sheet', 'aria-label': title.textContent }, h('div', { class: 'sheet-head' }, close, title), body);
  view.begin = () => {
    title.focus();
    if (first === 'remove') askRemove();
    else show();
  };
  return view;

  async function show() {
    if (!desk.has()) return body.replaceChildren(h('p', { class: 'empty' }, words.noted_before));
    body.replaceChildren(h('p', { class: 'hint', role: 'status' }, words.loading));
    try {
      list(await desk.read());
    } catch {
      body.replaceChildren(trouble(show));
    }
  }

  /** @param {Me} me */
  function list(me) {
    const contact = Object.entries(me.contact || {}).filter(([, value]) => value);
    const facts = me.facts || [];
    const empty = !facts.length && !contact.length;
    body.replaceChildren(
      h('p', { class: 'hint' }, empty ? words.noted_nothing : words.noted_why),
      h('ul', { class: 'facts' }, ...facts.map(factItem)),
      contact.length ? h('h4', null, words.contact) : '',
      h('dl', null, ...contact.flatMap(([name, value]) => [h('dt', null, words[`fact_${name}`] || name), h('dd', null, h('bdi', null, String(value)))])),
      (me.consents || []).length ? h('h4', null, words.consents) : '',
      h('ul', { class: 'consents' }, ...newest(me.consents || []).map(consentItem)),
      h('button', { type: 'button', class: 'plain danger', onclick: askRemove }, icon('bin'), words.delete_data));
  }

  /** @param {Fact} fact */
  function factItem(fact) {
    const label = words[`fact_${fact.kind}`] || fact.label;
    const mark = MARKS.has(fact.kind) && h('span', { class: `mark ${fact.kind}`, 'aria-hidden': 'true' }, fact.kind[0].toUpperCase());
    const value = h('p', { class: 'value', dir: 'auto' }, fact.value);
    const correct = h('button', { type: 'button', class: 'plain', 'aria-label': `${words.correct}: ${label}`, onclick: edit }, words.correct);
    const item = h('li', null, h('div', { class: 'fact-head' }, mark, h('span', null, label), correct), value,
      fact.quote && h('blockquote', { dir: 'auto' }, fact.quote));
    return item;

    function edit() {
      const field = h('input', { type: 'text', value: fact.value, maxlength: '400', 'aria-label': label, dir: 'auto' });
      const problem = h('p', { class: 'error', role: 'alert' });
      const form = h('form', { class: 'edit', onsubmit: save }, field,
        h('button', { type: 'submit', class: 'small' }, words.save),
        h('button', { type: 'button', class: 'plain', onclick: done }, words.cancel), problem);
      value.replaceWith(form);
      correct.hidden = true;
      field.focus();

      function done() {
        form.replaceWith(value);
        correct.hidden = false;
        correct.focus();
      }

      /** @param {Event} event */
      async function save(event) {
        event.preventDefault();
        const text = field.value.trim();
        if (!text) return field.focus();
        try {
          await desk.correct(fact.id, text);
        } catch (error) {
          const refusal = /** @type {any} */ (error);
          problem.textContent = refusal.status && refusal.status < 500 ? refusal.message : words.not_reached;
          return field.focus();
        }
        fact.value = value.textContent = text;
        done();
      }
    }
  }

  /** @param {Consent} consent */
  function consentItem(consent) {
    const label = words[`purpose_${consent.purpose}`] || consent.purpose;
    const day = new Intl.DateTimeFormat(desk.locale, { dateStyle: 'medium' }).format(new Date(consent.at));
    const said = fill(consent.granted ? words.granted : words.withdrawn, { day });
    const may = consent.granted && consent.purpose === 'marketing';
    return h('li', null, h('span', null, `${label}: ${said}`),
      may && h('button', { type: 'button', class: 'plain', onclick: () => desk.withdraw(consent.purpose).then(show, () => body.append(trouble(show))) }, words.withdraw));
  }

  function askRemove() {
    title.textContent = words.delete_data;
    const problem = h('p', { class: 'error', role: 'alert' });
    const yes = h('button', { type: 'button', class: 'primary danger', onclick: remove }, words.delete_yes);
    const no = h('button', { type: 'button', class: 'secondary', onclick: () => desk.back() }, words.cancel);
    body.replaceChildren(h('p', null, words.delete_what), problem, h('div', { class: 'choices' }, yes, no));
    no.focus();

    async function remove() {
      yes.disabled = true;
      try {
        await desk.remove();
      } catch {
        problem.textContent = words.not_reached;
        yes.disabled = false;
        yes.focus();
      }
    }
  }

  /** @param {() => void} again */
  function trouble(again) {
    return h('div', { class: 'trouble' }, icon('alert'), h('span', { role: 'alert' }, words.not_reached), h('button', { type: 'button', class: 'plain', onclick: again }, words.try_again));
  }
}

/**
 * The last word on each purpose.
 * @param {Consent[]} consents
 */
function newest(consents) {
  /** @type {Map<string, Consent>} */
  const last = new Map();
  for (const consent of consents) {
    const known = last.get(consent.purpose);
    if (!known || known.at <= consent.at) last.set(consent.purpose, consent);
  }
  return [...last.values()];
}
