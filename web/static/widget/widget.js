// The only thing a host page loads: a launcher in a shadow root. The panel is imported when somebody means to chat.
(() => {
  const tag = /** @type {HTMLScriptElement} */ (document.currentScript);
  if (!tag || customElements.get('opener-chat')) return;
  const set = tag.dataset;
  const key = set.key || (/\/c\/([^/?#]+)/.exec(location.pathname) || [])[1] || '';
  const at = '{{ assets }}'; // written in by the server: a year-long cache that changes with the files
  const modules = new URL(at[0] === '{' ? './' : `.${at}/widget/`, tag.src).href;
  const api = new URL(`${set.api || '.'}/`, tag.src).href.replace(/\/+$/, '/');
  const LAUNCHER = {
    en: 'Chat with us', de: 'Mit uns chatten', fr: 'Discuter avec nous', es: 'Hablar con nosotros', ar: 'تحدث معنا',
  };
  const locale = [set.locale, document.documentElement.lang, ...(navigator.languages || [])]
    .map((tag) => (tag || '').slice(0, 2).toLowerCase()).find((name) => name in LAUNCHER) || 'en';
  const accent = /^#[0-9a-f]{6}$/i.test(set.accent || '') ? set.accent : '#3b5bdb';
  const page = set.layout === 'page';
  const look = `
:host{all:initial;--a:var(--opener-accent,${accent});--o:var(--opener-on-accent,#fff)}
.launcher{position:fixed;z-index:var(--opener-z,2147482000);inset-block-end:var(--opener-offset-y,20px);
inset-inline-end:var(--opener-offset-x,20px);box-sizing:border-box;width:56px;height:56px;
padding:0;border:0;border-radius:50%;background:var(--a);color:var(--o);cursor:pointer;display:grid;place-items:center;
box-shadow:0 1px 2px #0002,0 8px 24px #0003}
:host([side=start]) .launcher{inset-inline:var(--opener-offset-x,20px) auto}
.launcher:focus-visible{outline:3px solid var(--a);outline-offset:3px}
.launcher[hidden]{display:none}
.launcher svg{width:26px;height:26px;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}
.count{position:absolute;inset-block-start:-2px;inset-inline-end:-2px;min-width:20px;height:20px;border-radius:10px;
background:#b3261e;color:#fff;font:600 12px/20px system-ui,sans-serif}
.count:empty{display:none}
@media print{.launcher{display:none}}
@media (forced-colors:active){.launcher{border:2px solid ButtonText}}`;

  class OpenerChat extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) return;
      const root = this.attachShadow({ mode: 'open' });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(look);
      root.adoptedStyleSheets = [sheet];
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'launcher';
      button.hidden = page;
      button.setAttribute('part', 'launcher');
      button.setAttribute('aria-haspopup', 'dialog');
      button.setAttribute('aria-expanded', 'false');
      button.setAttribute('aria-label', set.label || LAUNCHER[locale]);
      const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
      svg.setAttribute('viewBox', '0 0 24 24');
      svg.setAttribute('aria-hidden', 'true');
      const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
      path.setAttribute('d', 'M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-4.5 4v-4A2.5 2.5 0 0 1 4 13.5zM8 8.5h8M8 11.5h5');
      svg.append(path);
      const count = document.createElement('span');
      count.className = 'count';
      count.setAttribute('aria-hidden', 'true');
      button.append(svg, count);
      root.append(button);
      if (set.side) this.setAttribute('side', set.side);
      this.lang = locale;
      this.dir = locale === 'ar' ? 'rtl' : 'ltr';
      button.onpointerenter = button.onfocus = () => this.load().catch(() => {});
      button.onclick = () => this.do('toggle');
      let kept = false;
      try { kept = key && localStorage.getItem(`opener-chat:${key}`) !== null; } catch { /* storage is switched off */ }
      if (page) this.do('open');
      else if (kept) setTimeout(() => this.load().catch(() => {}), 300);
    }

    /** Import the panel and its siblings side by side, once; a failed import may be tried again. */
    load() {
      return this.panel ||= Promise.all(
        ['panel.js', 'wire.js', 'transcript.js', 'text.js', 'dom.js', 'style.js', `locales/${locale}.js`]
          .map((name) => import(modules + name)),
      ).then((all) => all[0].mount(this, { key, api, locale, page, words: all[6].default, accent: set.accent, privacy: set.privacy, identity: set.identity, theme: set.theme }))
        .catch((error) => { this.panel = undefined; throw error; });
    }

    /** Do something with the panel; where it cannot be loaded, the hosted page takes over. */
    do(name, ...given) {
      this.load().then((panel) => panel[name]?.(...given), () => { if (name === 'toggle') open(`${api}c/${key}`, '_blank', 'noopener'); });
    }
  }

  const start = () => {
    customElements.define('opener-chat', OpenerChat);
    const chat = /** @type {any} */ (document.body.appendChild(document.createElement('opener-chat')));
    const waiting = window.openerChat || [];
    window.openerChat = { push: (call) => chat.do(...call) };
    for (const name of ['open', 'close', 'say', 'identify', 'reset']) window.openerChat[name] = (...given) => chat.do(name, ...given);
    for (const call of waiting) chat.do(...call);
  };
  if (document.body) start();
  else addEventListener('DOMContentLoaded', start);
})();
