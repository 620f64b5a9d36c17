import { h, render } from 'preact';
import { ThemeWatcher } from '../../canvas/theme';
import { FileApp } from './fileApp';
import { FileModel } from './fileModel';
import { SORTS } from '../results/resultOrder';
import type { ListActions } from '../searchActions';
import { SearchHost } from '../searchHost';

/** Builds the page of a trace file and tells the host that it listens. */
export function startFilePage(root: HTMLElement): void {
  const model = new FileModel((run, delayMs) => void setTimeout(run, delayMs));
  const host = new SearchHost((message) => {
    if (message.type === 'fileProgress') model.show({ kind: 'reading', read: message.read, of: message.of });
    else if (message.type === 'file') model.show({ kind: 'read', contents: message.contents });
    else if (message.type === 'fileFailed') {
      model.show({ kind: 'failed', message: message.message, cures: message.cures });
    }
  });
  const { results } = model;
  const actions: ListActions = {
    open: ({ traceId }) => host.post({ type: 'open', traceId, spanIds: [] }),
    copyId: ({ traceId }) => host.post({ type: 'copy', text: traceId }),
    cure: (cure) => host.post({ type: 'cure', cure }),
    stop: () => host.post({ type: 'stop' }),
    changed: () => {
      const { sort, words, selectedId, scrollTop } = results;
      host.saveState({ sort, words, selectedId, scrollTop });
    },
  };
  restore(model, host.savedState());
  results.onDidChange(() => actions.changed());
  render(h(FileApp, { model, actions, themes: new ThemeWatcher() }), root);
  host.post({ type: 'ready' });
}

function restore({ results }: FileModel, kept: unknown): void {
  if (typeof kept !== 'object' || kept === null) return;
  const { sort, words, selectedId, scrollTop } = kept as Readonly<Record<string, unknown>>;
  results.sort = SORTS.find((known) => known === sort) ?? results.sort;
  if (typeof words === 'string') results.words = words;
  if (typeof selectedId === 'string') results.selectedId = selectedId;
  if (typeof scrollTop === 'number' && scrollTop >= 0) results.scrollTop = scrollTop;
}
