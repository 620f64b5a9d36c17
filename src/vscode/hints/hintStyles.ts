import { MutableDisposable, DisposableStore, type Disposable } from '../../base/disposable';
import type { HintStyle } from '../contributions';
import { HintDecorations } from './hintDecorations';
import { HintInlays, HintLenses } from './hintProviders';
import type { Settings } from '../settings';
import type { VisibleHints } from './visibleHints';

/** Shows hints in the style that the settings choose, and only that one. */
export class HintStyles implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly shown = this.disposables.add(new MutableDisposable<Disposable>());
  private style: HintStyle | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly hints: VisibleHints,
  ) {
    this.disposables.add(settings.onDidChange(() => this.apply()));
    this.apply();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private apply(): void {
    const style = this.settings.hintStyle;
    if (style === this.style) return;
    this.style = style;
    // The old style goes first, so that no line ever carries both.
    this.shown.clear();
    this.shown.value = this.create(style);
  }

  private create(style: HintStyle): Disposable | undefined {
    switch (style) {
      case 'decoration':
        return new HintDecorations(this.hints);
      case 'codeLens':
        return new HintLenses(this.hints);
      case 'inlay':
        return new HintInlays(this.hints);
      case 'off':
        return undefined;
    }
  }
}
