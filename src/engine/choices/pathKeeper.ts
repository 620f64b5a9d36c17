import type { Disposable } from '../../base/disposable';
import { Emitter } from '../../base/event';
import type { KeptPaths, ToldPath } from '../../protocol/choices';
import { isObject, isText } from './readChoices';

/** Answers that are kept: the oldest goes first. */
const MOST_KEPT = 500;

/** What the user said of paths, and what was asked for, which the host keeps with the workspace. */
export class PathKeeper implements Disposable {
  private kept: KeptPaths = { told: [], asked: [] };
  private readonly changed = new Emitter<KeptPaths>();

  /** Something was said, asked or taken back: all of it, to be kept. */
  readonly onDidChange = this.changed.event;

  get told(): readonly ToldPath[] {
    return this.kept.told;
  }

  /** Begins with what the host kept; what is not of its form, as after an update, is left out. */
  restore(kept: unknown): void {
    if (!isObject(kept)) return;
    const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
    this.kept = { told: list(kept['told']).filter(isToldPath), asked: list(kept['asked']).filter(isText) };
  }

  /** From now on this holds, in place of what was said of the same root before. */
  tell(path: ToldPath): void {
    const others = this.kept.told.filter((one) => rootKey(one) !== rootKey(path));
    this.keep({ ...this.kept, told: [...others, path].slice(-MOST_KEPT) });
  }

  forget(gone: readonly ToldPath[]): void {
    if (gone.length > 0) this.keep({ ...this.kept, told: this.kept.told.filter((one) => !gone.includes(one)) });
  }

  wasAsked(service: string, root: string): boolean {
    return this.kept.asked.includes(`${service} ${root}`);
  }

  /** Nobody is asked for this root again. */
  noteAsked(service: string, root: string): void {
    if (this.wasAsked(service, root)) return;
    this.keep({ ...this.kept, asked: [...this.kept.asked, `${service} ${root}`].slice(-MOST_KEPT) });
  }

  dispose(): void {
    this.changed.dispose();
  }

  private keep(kept: KeptPaths): void {
    this.kept = kept;
    this.changed.fire(kept);
  }
}

function rootKey({ service, from }: ToldPath): string {
  return JSON.stringify([service, from]);
}

function isToldPath(value: unknown): value is ToldPath {
  if (!isObject(value) || !isText(value['service']) || !isObject(value['to'])) return false;
  const { from, to } = value;
  return Array.isArray(from) && from.every(isText) && isText(to['folder']) && isText(to['relative']);
}
