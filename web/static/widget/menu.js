/** What the visitor may do besides writing: ask for a person or a meeting, see, take along or delete what is stored. */
import { h, icon } from './dom.js';
import { LOOK, notedView } from './noted.js';
import { Refusal } from './wire.js';

/**
 * Fill the menu of a panel.
 * @param {import('./panel.js').Panel} panel
 */
export function fillMenu(panel) {
  const { words, wire } = panel;
  panel.adopt(LOOK);
  panel.menu.replaceChildren(
    choice('person', words.talk_to_person, askPerson),
    choice('calendar', words.book_meeting, askSlots),
    choice('list', words.noted, () => sheet('noted')),
    choice('save', words.download, download),
    choice('bin', words.delete_data, () => sheet('remove')));

  /**
   * @param {Parameters<typeof icon>[0]} sign
   * @param {string} label
   * @param {() => void} act
   */
  function choice(sign, label, act) {
    const choose = () => {
      panel.showMenu(false);
      act();
    };
    return h('li', null, h('button', { type: 'button', onclick: choose }, icon(sign), label));
  }

  /**
   * Do something that needs the server; when it fails, say so and offer to try again.
   * @param {() => Promise<any>} act
   */
  async function attempt(act) {
    panel.field.focus();
    try {
      await act();
    } catch (error) {
      panel.trouble(panel.why(error), () => attempt(act));
    }
  }

  function askPerson() {
    attempt(() => wire.ask('POST', '/handoff', { reason: 'asked_for_person' }));
  }

  function askSlots() {
    attempt(async () => {
      await wire.begin();
      await panel.talk?.moreSlots(wire.tz);
    });
  }

  function download() {
    if (!wire.kept.token) return panel.trouble(words.noted_before);
    attempt(async () => {
      const answer = await wire.ask('GET', '/transcript', undefined, 'text/plain, */*;q=0.5');
      const kind = /json|html|markdown/.exec(answer.headers.get('Content-Type') || '')?.[0] || '';
      const ending = kind === 'markdown' ? 'md' : kind || 'txt';
      const href = URL.createObjectURL(await answer.blob());
      h('a', { href, download: `chat.${ending}` }).click();
      setTimeout(() => URL.revokeObjectURL(href), 10_000);
    });
  }

  /** @param {'noted' | 'remove'} first */
  function sheet(first) {
    panel.cover(notedView({
      words,
      locale: panel.tongue,
      has: () => Boolean(wire.kept.token),
      read: () => wire.ask('GET', '/me'),
      correct: (id, value) => wire.ask('PATCH', '/me', { id, value }),
      withdraw: (purpose) => wire.ask('POST', '/consent', { purpose, granted: false, text_version: panel.config.consents?.[purpose]?.text_version || '-' }),
      remove,
      back: () => panel.back(),
    }, first));
  }

  async function remove() {
    if (wire.kept.token) {
      await wire.begin();
      await wire.call('DELETE', '/me').catch(goneAlready);
    }
    panel.reset();
    panel.back();
    panel.transcript.note(words.deleted);
    panel.announce(words.deleted);
  }
}

/** @param {any} error nothing is left to delete when the server does not know the visitor any more */
function goneAlready(error) {
  if (!(error instanceof Refusal) || ![404, 410].includes(error.status)) throw error;
}
