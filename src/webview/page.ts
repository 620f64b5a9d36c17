import { h, render } from 'preact';
import { Emitter } from '../base/event';
import type { TraceView } from '../protocol/traceView';
import type { ToWebview } from '../protocol/webview';
import { checkTrace } from './layout/checkTrace';
import { PageModel } from './state/pageModel';
import { isWebviewState, restoreState, saveState } from './state/savedState';
import { SpanDetailsCache } from './state/spanDetails';
import { TraceSession } from './state/traceSession';
import { TraceHost } from './traceHost';
import { App } from './view/app';
import { Commands, type FocusPlace } from './view/commands';
import { bindingFor, chordOf } from './view/keyBindings';
import { ThemeWatcher } from './canvas/theme';

/** State is written this long after the last change. */
const SAVE_MS = 200;

/** Builds the page and tells the host that it listens. */
export function startPage(root: HTMLElement): void {
  const page = new PageModel();
  const themes = new ThemeWatcher();
  const onDetails = new Emitter<number>();
  let details = new SpanDetailsCache(
    () => Promise.reject(new Error('No trace is open.')),
    () => undefined,
  );
  let saving: ReturnType<typeof setTimeout> | undefined;
  let file: string | undefined;

  const host = new TraceHost((message) => receive(message));
  const commands = new Commands(page, host, focusPlace);
  const saveNow = () => {
    clearTimeout(saving);
    saving = undefined;
    if (page.session === undefined) return;
    host.saveState({ ...saveState(page.session), ...(file === undefined ? {} : { file }) });
  };
  const saveSoon = () => {
    saving ??= setTimeout(saveNow, SAVE_MS);
  };
  const draw = () =>
    render(h(App, { page, commands, themes, details, onDetails: onDetails.event, onScroll: saveSoon }), root);

  function receive(message: ToWebview): void {
    if (message.type === 'show') {
      file = message.file;
      show(message.trace, message.focusRow, message.foundRows);
    } else if (message.type === 'reveal') page.session?.reveal(message.row);
    else if (message.type === 'failed') {
      page.show({ kind: 'failed', message: message.message, cures: message.cures });
      draw();
    }
  }

  function show(trace: TraceView, focusRow: number | undefined, foundRows: Uint32Array | undefined): void {
    const damage = checkTrace(trace);
    if (damage !== undefined) {
      host.post({ type: 'log', message: `Trace ${trace.traceId} arrived damaged: ${damage}.` });
      page.show({
        kind: 'failed',
        message: 'It arrived damaged. The Spanlight output says what is wrong.',
        cures: ['tryAgain', 'showOutput'],
      });
      draw();
      return;
    }
    // The same trace may come again with more spans, or to point at one: what the user set up stays.
    saveNow();
    const session = new TraceSession(
      trace,
      async (key, value) => (await host.request('findByAttribute', { key, value })).rows,
    );
    details = new SpanDetailsCache(
      (row) => host.request('spanDetails', { row }),
      (row) => onDetails.fire(row),
    );
    const saved = host.savedState();
    if (isWebviewState(saved)) restoreState(session, saved);
    // What was typed here counts for more than what was found elsewhere before.
    if (foundRows !== undefined && (focusRow !== undefined || session.search.query === '')) {
      session.search.mark(foundRows);
    }
    if (focusRow !== undefined) {
      session.reveal(focusRow);
      session.setDetail({ open: true });
    }
    session.onDidChange(saveSoon);
    page.show({ kind: 'trace', session });
    draw();
    saveSoon();
  }

  document.addEventListener('keydown', (event) => onKey(event, commands));
  // Taking the keyboard on our own would steal it from the editor; once the page has it, the tree is where it belongs.
  window.addEventListener('focus', () => {
    if (document.activeElement === null || document.activeElement === document.body) focusPlace('tree');
  });
  window.addEventListener('pagehide', saveNow);
  draw();
  host.post({ type: 'ready' });
}

/** Runs the command of a key. What is handled stays here: VS Code would run its own binding for the same key. */
function onKey(event: KeyboardEvent, commands: Commands): void {
  const from = placeOf(event.target);
  const chord = chordOf(event);
  const binding = bindingFor(chord, from);
  const { session } = commands;
  if (binding === undefined || session === undefined || event.defaultPrevented) return;
  if (commands.helpOpen && binding.section !== 'Show') return;
  // Enter and Space on a button press it.
  if (event.target instanceof HTMLButtonElement && (event.key === 'Enter' || event.key === ' ')) return;
  event.preventDefault();
  event.stopPropagation();
  binding.run(commands, session, chord, from);
}

function placeOf(target: EventTarget | null): FocusPlace {
  if (!(target instanceof Element)) return 'tree';
  if (target.closest('input') !== null) return 'search';
  return target.closest('.detail') === null ? 'tree' : 'detail';
}

function focusPlace(place: FocusPlace): void {
  // At once where it can be: the next key may already be meant for the place. A pane that was just opened is in the
  // document after the next draw.
  if (!focusNow(place)) requestAnimationFrame(() => focusNow(place));
}

function focusNow(place: FocusPlace): boolean {
  const ids = { tree: 'tree', search: 'search', detail: 'tab-panel' } as const;
  const element = document.getElementById(ids[place]);
  element?.focus({ preventScroll: true });
  if (element instanceof HTMLInputElement) element.select();
  return element !== null;
}
