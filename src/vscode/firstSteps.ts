import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../base/disposable';
import { walkthroughId } from './contributions';
import type { EngineClient } from './engine/engineClient';
import type { VisibleHints } from './hints/visibleHints';
import { setContext } from './register';
import type { TracePanels } from './trace/tracePanels';

type Step = 'spanlight.spansReceived' | 'spanlight.hintShown' | 'spanlight.traceOpened';

/** Time for VS Code to list the steps of a walkthrough that it opens. */
const LISTING_MS = 1500;

/** The steps of the walkthrough: ticked off when what they are about is there, however it came. */
export class FirstSteps implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly done = new Set<Step>();
  private timer: NodeJS.Timeout | undefined;

  constructor(engine: EngineClient, hints: VisibleHints, traces: TracePanels) {
    const received = this.disposables.add(
      engine.onDidChangeStatus(({ spans }) => {
        if (spans === 0) return;
        this.finish('spanlight.spansReceived');
        received.dispose();
      }),
    );
    const shown = this.disposables.add(
      hints.onDidChange((document) => {
        if ((hints.current(document) ?? []).length === 0) return;
        this.finish('spanlight.hintShown');
        shown.dispose();
      }),
    );
    const opened = this.disposables.add(
      traces.onDidShow(() => {
        this.finish('spanlight.traceOpened');
        opened.dispose();
      }),
    );
  }

  /**
   * Opens the walkthrough. VS Code ticks a step off when a context key becomes true while it lists the steps, and never
   * when the key was true before: so the keys are taken back until the steps are listed.
   */
  async open(): Promise<void> {
    for (const step of this.done) setContext(step, false);
    const category = `spanlight.spanlight#${walkthroughId}`;
    await vscode.commands.executeCommand('workbench.action.openWalkthrough', category, false);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      for (const step of this.done) setContext(step, true);
    }, LISTING_MS);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.disposables.dispose();
  }

  private finish(step: Step): void {
    this.done.add(step);
    setContext(step, true);
  }
}
