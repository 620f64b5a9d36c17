import { DisposableStore, type Disposable } from '../base/disposable';
import type { EngineClient } from './engine/engineClient';
import type { VisibleHints } from './hints/visibleHints';
import { setContext } from './register';
import type { TracePanels } from './trace/tracePanels';

/** Ticks the steps of the walkthrough off when what they are about is there, however it came. */
export function watchFirstSteps(engine: EngineClient, hints: VisibleHints, traces: TracePanels): Disposable {
  const waiting = new DisposableStore();
  const received = waiting.add(
    engine.onDidChangeStatus(({ spans }) => {
      if (spans === 0) return;
      setContext('spanlight.spansReceived', true);
      received.dispose();
    }),
  );
  const shown = waiting.add(
    hints.onDidChange((document) => {
      if ((hints.current(document) ?? []).length === 0) return;
      setContext('spanlight.hintShown', true);
      shown.dispose();
    }),
  );
  const opened = waiting.add(
    traces.onDidShow(() => {
      setContext('spanlight.traceOpened', true);
      opened.dispose();
    }),
  );
  return waiting;
}
