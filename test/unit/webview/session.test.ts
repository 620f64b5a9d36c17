import assert from 'node:assert/strict';
import { isToWebview } from '../../../src/webview/messageGuard';
import { isWebviewState, restoreState, saveState } from '../../../src/webview/state/savedState';
import { TraceSession } from '../../../src/webview/state/traceSession';
import { bindingFor, chordOf, KEY_BINDINGS } from '../../../src/webview/view/keyBindings';
import { shopTrace, wideTrace } from '../../webview/support/sampleTraces';
import { rowsWith, type BuiltTrace } from '../../webview/support/traceBuilder';

function sessionOf(trace: BuiltTrace = shopTrace()): TraceSession {
  return new TraceSession(trace.view, (key, value) => Promise.resolve(rowsWith(trace, key, value)));
}

function nameAt(session: TraceSession, line = session.selectedLine): string {
  return session.trace.names[session.index.columns.name[session.rows.row[line]!]!]!;
}

describe('trace session', () => {
  it('reveals a row inside of a folded group and collapsed parents', () => {
    const session = sessionOf();
    session.fold((folding) => folding.collapseAll());
    assert.equal(session.rows.count, 2);
    session.reveal(9);
    assert.equal(nameAt(session), 'SELECT shop.items');
    assert.equal(session.rows.row[session.selectedLine], 9);
    assert.equal(session.selectedGroup, false);
  });

  it('moves the selection to what is left when its row is hidden', () => {
    const session = sessionOf();
    session.reveal(20);
    session.setCollapsed(0, true);
    assert.equal(session.selected, 0);
    assert.equal(session.selectedLine, 0);
  });

  it('expands to a level', () => {
    const session = sessionOf();
    session.fold((folding) => folding.expandToLevel(3));
    assert.equal(Math.max(...session.rows.level), 2);
    session.setCollapsed(session.rows.lineOf[3]!, false);
    assert.equal(Math.max(...session.rows.level), 3);
  });

  it('turns a filter off that hides what is revealed', async () => {
    const session = sessionOf();
    await session.search.search('authenticate');
    session.setFilterOnly(true);
    assert.equal(session.rows.count, 2);
    session.reveal(20);
    assert.equal(session.filterOnly, false);
    assert.equal(session.selected, 20);
  });

  it('walks errors round the ends', () => {
    const session = sessionOf();
    const walked = [1, 2, 3, 4].map(() => (session.nextError(1), session.selected));
    assert.equal(walked[3], walked[0]);
    session.nextError(-1);
    assert.equal(session.selected, walked[2]);
    assert.equal(sessionOf(wideTrace(10)).nextError(1), false);
  });

  it('fits a span and a group', () => {
    const session = sessionOf();
    session.selectLine(5);
    assert.equal(session.selectedGroup, true);
    session.fitSelection();
    assert.ok(session.window.from < 38e6 && session.window.to > 280e6 && session.window.to < 320e6);
    session.showAll();
    assert.deepEqual(session.window, { from: 0, to: session.index.totalNs });
  });
});

describe('saved state', () => {
  it('brings the same picture back', async () => {
    const session = sessionOf();
    session.setCollapsed(3, true);
    session.selectLine(1);
    session.setWindow({ from: 1e9, to: 2e9 });
    session.setDetail({ open: true, tab: 'events', side: 'right' });
    await session.search.search('error');
    const saved: unknown = JSON.parse(JSON.stringify(saveState(session)));
    assert.ok(isWebviewState(saved));
    const again = sessionOf();
    restoreState(again, saved);
    assert.deepEqual(saveState(again), saved);
    assert.equal(again.rows.count, session.rows.count);
  });

  it('stays small when everything is collapsed or unfolded', () => {
    const session = sessionOf(wideTrace(50_000));
    session.fold((folding) => folding.collapseAll());
    assert.ok(JSON.stringify(saveState(session)).length < 1000);
  });

  it('takes only the look over to another trace', () => {
    const session = sessionOf();
    session.selectLine(3);
    session.setDivider(0.5);
    const other = sessionOf();
    restoreState(other, { ...saveState(session), traceId: 'another' });
    assert.equal(other.selected, 0);
    assert.equal(other.divider, 0.5);
  });

  it('ignores rows that the trace does not have', () => {
    const session = sessionOf();
    restoreState(session, { ...saveState(session), selected: 1e6, collapsed: [1e6], unfoldedGroups: [1e6] });
    assert.equal(session.selected, 0);
  });

  it('is refused in any other shape', () => {
    const good = saveState(sessionOf());
    for (const bad of [
      undefined,
      null,
      7,
      {},
      { ...good, zoom: null },
      { ...good, collapsed: [-1] },
      { ...good, detail: {} },
    ]) {
      assert.equal(isWebviewState(bad), false);
    }
  });
});

describe('message guard', () => {
  it('lets the protocol through and nothing else', () => {
    const { view } = shopTrace();
    assert.equal(isToWebview({ type: 'show', trace: view }), true);
    assert.equal(isToWebview({ type: 'show', trace: view, foundRows: Uint32Array.of(1) }), true);
    assert.equal(isToWebview({ type: 'reveal', row: 3 }), true);
    assert.equal(isToWebview({ type: 'failed', message: 'x', cures: ['tryAgain'] }), true);
    for (const bad of [
      null,
      'show',
      { type: 'vscode' },
      { type: 'show' },
      { type: 'failed', message: 'x' },
      { type: 'show', trace: { ...view, names: [1] } },
      { type: 'show', trace: { ...view, columns: { ...view.columns, start: [1, 2] } } },
      { type: 'show', trace: view, focusRow: 'x' },
      { type: 'show', trace: view, foundRows: [1] },
      { type: 'reveal', row: -1 },
      { type: 'response' },
      { type: 'responseError', id: 1 },
    ]) {
      assert.equal(isToWebview(bad), false, JSON.stringify(bad)?.slice(0, 60));
    }
  });
});

describe('keys', () => {
  const key = (name: string, modifiers: Partial<Record<'ctrlKey' | 'shiftKey' | 'altKey' | 'metaKey', boolean>> = {}) =>
    chordOf({ key: name, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...modifiers });

  it('are bound once each', () => {
    const all = KEY_BINDINGS.flatMap((binding) => binding.keys);
    assert.equal(new Set(all).size, all.length);
  });

  it('find their command on every keyboard', () => {
    assert.equal(bindingFor(key('f', { metaKey: true }), 'tree')?.words, 'Search and filter');
    assert.equal(bindingFor(key('/', { shiftKey: true }), 'tree')?.words, 'Search and filter');
    assert.equal(bindingFor(key('?', { shiftKey: true }), 'tree')?.words, 'This list');
    assert.equal(bindingFor(key('[', { ctrlKey: true, altKey: true }), 'tree')?.words, 'Collapse all');
    assert.equal(bindingFor(key('E', { shiftKey: true }), 'tree')?.words, 'Previous error');
    assert.equal(bindingFor(key('F3', { shiftKey: true }), 'search')?.words, 'Previous match');
  });

  it('leave typing and the browser alone', () => {
    for (const typed of ['e', '/', '?', '0', 'ArrowLeft', ' '])
      assert.equal(bindingFor(key(typed), 'search'), undefined);
    assert.equal(bindingFor(key('c', { ctrlKey: true }), 'tree'), undefined);
    assert.equal(bindingFor(key('p', { ctrlKey: true }), 'tree'), undefined);
    assert.equal(bindingFor(key('ArrowDown'), 'detail'), undefined);
  });
});
