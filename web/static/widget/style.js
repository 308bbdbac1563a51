/** How the panel looks. Sizes are px (a host may change rem), directions are logical, colours are custom properties. */

export const LOOK = `
.panel,.panel *{box-sizing:border-box}
.panel{--paper:#fff;--sunk:#f0f1f4;--line:#dde1e6;--edge:#7b8490;--ink:#14171c;--soft:#545c68;--good:#14653f;--bad:#b3261e;
--tint:#eef1fd;--accent:var(--a);--on:var(--o);color-scheme:light;
position:fixed;z-index:var(--opener-z,2147482000);inset:auto;inset-block-end:var(--opener-offset-y,20px);
inset-inline-end:var(--opener-offset-x,20px);margin:0;padding:0;border:1px solid var(--line);border-radius:16px;
width:394px;max-width:calc(100vw - 24px);height:642px;max-height:calc(100dvh - 40px);overflow:hidden;
background:var(--paper);color:var(--ink);box-shadow:0 1px 3px #0f172a14,0 16px 48px #0f172a2e;
font:400 15px/1.5 var(--opener-font,system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif);
text-align:start;letter-spacing:normal;-webkit-text-size-adjust:100%;flex-direction:column}
.panel[open]{display:flex;animation:rise .16s ease-out}
:host([side=start]) .panel{inset-inline:var(--opener-offset-x,20px) auto}
.panel.dark{--paper:#16191d;--sunk:#23272e;--line:#2c323a;--edge:#7e8896;--ink:#eceff3;--soft:#a4adb9;--good:#74cf9b;
--bad:#ff9d92;--tint:#20263a;--accent:var(--ad);--on:var(--od);color-scheme:dark;box-shadow:0 16px 48px #000a}
.panel::backdrop{background:#0f172a55}
.panel.page{position:static;width:100%;max-width:720px;height:100dvh;max-height:none;margin-inline:auto;border:0;
border-inline:1px solid var(--line);border-radius:0;box-shadow:none;animation:none}
@keyframes rise{from{opacity:0;transform:translateY(8px)}}
[hidden]{display:none!important}
.panel button,.panel input,.panel textarea,.panel select{font:inherit;color:inherit;letter-spacing:inherit}
.panel button{cursor:pointer}
.panel :is(h2,h3,h4,p,ul,ol,dl,dd,blockquote,fieldset){margin:0;padding:0;border:0;min-width:0}
.panel ul{list-style:none}
.panel a{color:var(--accent);text-underline-offset:2px}
.panel :focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.panel h3:focus,.panel h2:focus{outline:none}
.icon{width:20px;height:20px;flex:none;fill:none;stroke:currentColor;stroke-width:1.7;stroke-linecap:round;stroke-linejoin:round}
.i-menu{stroke-width:3}
[dir=rtl] :is(.i-back,.i-send){transform:scaleX(-1)}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}

.top{position:relative;display:flex;align-items:center;gap:12px;padding-block:14px;padding-inline:16px 12px;border-block-end:1px solid var(--line);flex:none}
.avatar{width:38px;height:38px;border-radius:50%;display:grid;place-items:center;font-weight:650;background:var(--tint);color:var(--accent);flex:none}
.avatar.human{background:var(--accent);color:var(--on)}
.names{flex:1;min-width:0}
.panel h2{font-size:15px;line-height:20px;font-weight:650;overflow-wrap:anywhere}
.subtitle{font-size:13px;line-height:18px;color:var(--soft)}
.round{width:40px;height:40px;border:0;border-radius:10px;background:none;display:grid;place-items:center;flex:none;padding:0}
.top .round+.round{margin-inline-start:-10px}
.round:hover{background:var(--sunk)}
.panel .menu{position:absolute;z-index:3;inset-block-start:calc(100% - 6px);inset-inline-end:12px;min-width:236px;max-width:calc(100% - 24px);padding:6px;
background:var(--paper);border:1px solid var(--line);border-radius:12px;box-shadow:0 8px 28px #0f172a2e}
.menu button{display:flex;align-items:center;gap:10px;width:100%;min-height:40px;padding:8px 10px;border:0;border-radius:8px;background:none;text-align:start;font-size:14px;line-height:20px}
.menu button .icon{color:var(--soft)}
.menu button:hover{background:var(--sunk)}
.menu li:last-child{margin-block-start:6px;padding-block-start:6px;border-block-start:1px solid var(--line)}

.chat{display:flex;flex-direction:column;flex:1;min-height:0}
.log{position:relative;flex:1;min-height:0;overflow-y:auto;overscroll-behavior:contain;padding:20px 16px;scrollbar-width:thin}
.log:focus-visible{outline-offset:-2px}
.items,.msg{display:flex;flex-direction:column}
.panel .items>*+*,.items:not(:empty)+.typing{margin-block-start:16px}
.panel .items>.msg.agent+.msg.agent,.panel .items>.msg.visitor+.msg.visitor{margin-block-start:6px}
.msg{align-items:flex-start;animation:rise .15s ease-out}
.msg.visitor{align-items:flex-end}
.who{font-size:12px;line-height:16px;color:var(--soft);margin:0 2px 4px}
.bubble{max-width:86%;padding:9px 13px;border-radius:14px;background:var(--sunk);overflow-wrap:anywhere}
.agent .bubble,.rep .bubble,.system .bubble{border-end-start-radius:4px}
.rep .bubble{background:var(--tint)}
.visitor .bubble{background:var(--accent);color:var(--on);border-end-end-radius:4px;white-space:pre-wrap}
.bubble>:is(p,ul,ol)+:is(p,ul,ol){margin-block-start:8px}
.bubble :is(ul,ol):is(ul,ol){padding-inline-start:20px}
.bubble ul{list-style:disc}
.bubble ol{list-style:decimal}
.bubble li+li{margin-block-start:3px}
.bubble code{font:13px/1.4 ui-monospace,"SF Mono",Consolas,monospace;background:var(--paper);border-radius:4px;padding:1px 4px}
.bubble :is(strong,b){font-weight:650}
.cite{font-size:11px;line-height:1;vertical-align:3px;margin-inline-start:2px;font-weight:600;color:var(--soft)}
.cite a{display:inline-block;min-width:17px;padding:2.5px 4px;border-radius:5px;background:var(--paper);border:1px solid var(--line);text-align:center;text-decoration:none}
.cite a:hover{border-color:currentColor}
.foot{max-width:86%;font-size:12px;line-height:17px;color:var(--soft)}
.foot:empty{display:none}
.sources{display:flex;flex-wrap:wrap;gap:2px 12px;padding-block:4px 0;padding-inline:3px}
.panel .sources :is(a,li>span){color:var(--soft);text-decoration-color:var(--line);display:inline-block;padding-block:3px}
.panel .sources a:hover{color:var(--accent)}
.sources b{font-weight:650;color:var(--accent)}
.sending .bubble{opacity:.72}
.failed .bubble{background:none;color:var(--ink);border:1px dashed var(--bad)}
.failed .foot{color:var(--bad);text-align:end}
.typing .bubble{display:flex;gap:4px;padding:15px 14px}
.typing i{width:6px;height:6px;border-radius:50%;background:var(--soft);animation:beat 1.2s infinite}
.typing i:nth-of-type(2){animation-delay:.15s}
.typing i:nth-of-type(3){animation-delay:.3s}
@keyframes beat{0%,60%,100%{opacity:.3}30%{opacity:1}}
.note{text-align:center;font-size:13px;line-height:18px;color:var(--soft);padding-inline:12px!important}
.starters{display:flex;flex-wrap:wrap;gap:8px}
.starters button{min-height:36px;padding:6px 13px;border:1px solid var(--line);border-radius:18px;background:var(--paper);color:var(--accent);font-size:14px;line-height:20px;text-align:start}
.starters button:hover{border-color:var(--accent)}
.floats{position:relative;display:flex;justify-content:center;height:0;z-index:2}
.floats button{position:absolute;inset-block-end:8px;display:flex;align-items:center;gap:6px;height:34px;border:1px solid var(--line);border-radius:17px;background:var(--paper);box-shadow:0 2px 8px #0f172a1f;font-size:13px}
.floats .stop{padding-inline:10px 14px}
.floats .stop .icon{width:16px;height:16px;fill:currentColor;stroke:none}
.floats .jump{inset-inline-end:14px;width:34px;padding:0;justify-content:center}
.trouble,.strip{display:flex;flex-wrap:wrap;align-items:center;gap:4px 8px;font-size:13px;line-height:18px;color:var(--bad)}
.trouble span,.strip span{flex:1;min-width:120px}
.strip{padding:8px 16px;border-block-start:1px solid var(--line);flex:none}
.strip:empty{display:none}
.plain{border:0;background:none;padding:4px;min-height:26px;font-size:13px;color:var(--accent)!important;text-decoration:underline;text-underline-offset:2px}
.plain.danger{color:var(--bad)!important}

.composer{flex:none;padding:10px 12px 14px;border-block-start:1px solid var(--line)}
.field{display:flex;align-items:flex-end;gap:4px;padding:4px;border:1px solid var(--edge);border-radius:13px;background:var(--paper)}
.field:focus-within{border-color:var(--accent);box-shadow:0 0 0 1px var(--accent)}
.field textarea{flex:1;min-width:0;border:0;background:none;resize:none;padding:7px 9px;font-size:16px;line-height:24px;max-height:134px;field-sizing:content}
.panel .field textarea:focus{outline:none}
.field textarea::placeholder{color:var(--soft);opacity:1}
.send{width:38px;height:38px;flex:none;border:0;border-radius:10px;background:var(--accent);color:var(--on)!important;display:grid;place-items:center;padding:0}
.panel .notice{padding:8px 5px 0;font-size:12px;line-height:16px;color:var(--soft)}
.error{color:var(--bad);font-size:13px;line-height:18px}
.error:empty{display:none}
.limit:not(:empty){padding:6px 5px 0!important}

.panel h3{font-size:15px;line-height:22px;font-weight:650}
.hint{font-size:13px;line-height:18px;color:var(--soft)}
.panel :is(.primary,.secondary){min-height:44px;padding:8px 16px;border:1px solid var(--accent);border-radius:10px;background:var(--accent);color:var(--on);font-weight:650}
.panel .secondary{background:none;border-color:var(--edge);color:var(--ink)}
.panel .primary.danger{background:var(--bad);border-color:var(--bad);color:var(--paper)}
.panel :is(.details,.edit) input:not([type=checkbox]){width:100%;height:44px;padding:0 12px;border:1px solid var(--edge);border-radius:10px;background:var(--paper);font-size:16px}

@media (max-width:480px){.panel:not(.page){inset:0;width:100%;max-width:none;height:var(--vv,100dvh);max-height:none;border:0;border-radius:0}
.composer{padding-block-end:max(12px,env(safe-area-inset-bottom))}}
@media (max-height:520px){.panel .notice{display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;overflow:hidden}}
@media (prefers-reduced-motion:reduce){.panel,.panel *{animation:none!important;transition:none!important;scroll-behavior:auto!important}}
@media (forced-colors:active){.panel,.bubble,.menu{border:1px solid CanvasText}
.send,.panel .primary{border:1px solid ButtonText}.typing i{background:CanvasText}}
@media print{.panel{display:none!important}}
`;

const HEX = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i;
const LIGHT = [255, 255, 255];
const DARK = [22, 25, 29];
const LEAST_CONTRAST = 4.5; // WCAG 2.2, 1.4.3

/** @param {number[]} rgb relative luminance (WCAG 2.2) */
function luminance(rgb) {
  const [r, g, b] = rgb.map((one) => (one / 255 <= 0.04045 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/**
 * @param {number[]} one
 * @param {number[]} other
 */
export function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/**
 * The colour itself, or the nearest step towards white or black that can be read on the ground.
 * @param {number[]} colour
 * @param {number[]} ground
 */
function readable(colour, ground) {
  const toward = ground === LIGHT ? [0, 0, 0] : LIGHT;
  let mixed = colour;
  for (let part = 0.1; contrast(mixed, ground) < LEAST_CONTRAST && part <= 1; part += 0.1) {
    mixed = colour.map((one, i) => Math.round(one + (toward[i] - one) * part));
  }
  return mixed;
}

/**
 * The company's accent for a light and a dark panel, and the words' colour on each.
 * @param {string | undefined} accent #rrggbb
 * @param {number | undefined} height of what can be seen, in px, over a phone's keyboard
 */
export function themed(accent, height) {
  const parts = HEX.exec(accent || '') || /** @type {RegExpExecArray} */ (HEX.exec('#3b5bdb'));
  const colour = parts.slice(1).map((two) => parseInt(two, 16));
  const [light, dark] = [readable(colour, LIGHT), readable(colour, DARK)];
  const on = (/** @type {number[]} */ ground) => (contrast(ground, LIGHT) >= LEAST_CONTRAST ? '#fff' : '#0d1220');
  const rgb = (/** @type {number[]} */ one) => `rgb(${one.join(' ')})`;
  return `:host{--a:var(--opener-accent,${rgb(light)});--o:var(--opener-on-accent,${on(light)});` +
    `--ad:var(--opener-accent-dark,${rgb(dark)});--od:var(--opener-on-accent-dark,${on(dark)});` +
    `${height ? `--vv:${Math.round(height)}px` : ''}}.panel:not(.dark){--tint:color-mix(in srgb,var(--a) 9%,#fff)}` +
    '.panel.dark{--tint:color-mix(in srgb,var(--ad) 16%,#16191d)}';
}
