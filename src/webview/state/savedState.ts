import type { WebviewState } from '../../protocol/webview';
import type { TraceSession } from './traceSession';

/** What VS Code keeps for the page over hide and reload. */
export function saveState(session: TraceSession): WebviewState {
  return {
    traceId: session.trace.traceId,
    zoom: session.window,
    ...session.folding.save(),
    selected: session.selected,
    query: session.search.query,
    filterOnly: session.filterOnly,
    criticalPath: session.criticalPath,
    scrollTop: session.scrollTop ?? 0,
    detail: session.detail,
    divider: session.divider,
  };
}

/** Shows the same picture again. The look is taken over for any trace, places and searches only for the same one. */
export function restoreState(session: TraceSession, state: WebviewState): void {
  session.criticalPath = state.criticalPath;
  if (state.detail !== undefined) session.setDetail(state.detail);
  if (state.divider !== undefined) session.setDivider(state.divider);
  if (state.traceId !== session.trace.traceId) return;
  session.folding.restore(state.collapsed, state.expandedLevel, state.unfoldedGroups ?? []);
  session.filterOnly = state.filterOnly;
  session.scrollTop = state.scrollTop;
  session.setWindow(state.zoom);
  if (state.selected >= 0 && state.selected < session.index.count) session.selected = state.selected;
  session.changeRows();
  if (state.query !== '') void session.search.search(state.query);
}

/** Checks what was kept: it may come from an older version of the page. */
export function isWebviewState(value: unknown): value is WebviewState {
  if (!isRecord(value) || !isRecord(value['zoom'])) return false;
  const { zoom } = value;
  return (
    typeof value['traceId'] === 'string' &&
    isNumber(zoom['from']) &&
    isNumber(zoom['to']) &&
    isRows(value['collapsed']) &&
    (value['unfoldedGroups'] === undefined || isRows(value['unfoldedGroups'])) &&
    (value['expandedLevel'] === undefined || isNumber(value['expandedLevel'])) &&
    isNumber(value['selected']) &&
    typeof value['query'] === 'string' &&
    typeof value['filterOnly'] === 'boolean' &&
    typeof value['criticalPath'] === 'boolean' &&
    isNumber(value['scrollTop']) &&
    (value['divider'] === undefined || isNumber(value['divider'])) &&
    (value['detail'] === undefined || isDetail(value['detail']))
  );
}

function isDetail(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value['open'] === 'boolean' &&
    typeof value['tab'] === 'string' &&
    (value['side'] === 'bottom' || value['side'] === 'right') &&
    isNumber(value['size'])
  );
}

function isRows(value: unknown): boolean {
  return Array.isArray(value) && value.every((row) => Number.isInteger(row) && row >= 0);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
