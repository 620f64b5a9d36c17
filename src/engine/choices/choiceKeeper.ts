import path from 'node:path';
import type { Disposable } from '../../base/disposable';
import { SpanlightError } from '../../base/errors';
import { Emitter } from '../../base/event';
import type { Logger } from '../../base/logger';
import type { Choice } from '../../model/choice';
import { Choices, isSameChoice, withChoice, type KeptChoice } from '../../source/choices/choices';
import { withoutSharedChoices, withSharedChoices, type SharedFile } from '../../source/choices/sharedFile';
import { isInside } from '../hints/whyNothing';
import { loadSharedFile, sharedFileOf, sharedText, writeSharedFile } from './sharedFiles';

/** The rules of the repository, besides those of the settings. */
export type SharedRules = Pick<SharedFile, 'pathRules' | 'services'>;

/**
 * What was picked and rejected: the user's own, which the host keeps with the workspace, and what the repository says in
 * `.vscode/spanlight.json` of each folder.
 */
export class ChoiceKeeper implements Disposable {
  private own: readonly Choice[] = [];
  private readonly shared = new Map<string, SharedFile>();
  private readonly changed = new Emitter<void>();
  private readonly ownChanged = new Emitter<readonly Choice[]>();
  private known = new Choices();

  /** Something else is chosen, here or in the repository. */
  readonly onDidChange = this.changed.event;
  /** The user's own choices are others: all of them, to be kept. */
  readonly onDidChangeOwn = this.ownChanged.event;

  constructor(private readonly logger: Logger) {}

  get current(): Choices {
    return this.known;
  }

  get rules(): SharedRules {
    const files = [...this.shared.values()];
    return {
      pathRules: files.flatMap(({ pathRules }) => pathRules),
      services: Object.fromEntries(files.flatMap(({ services }) => Object.entries(services)).reverse()),
    };
  }

  /** Begins with what the host kept. */
  restore(own: readonly Choice[]): void {
    this.own = own;
    this.update();
  }

  /** Other folders: their files are read. */
  configure(folders: readonly string[]): void {
    for (const folder of this.shared.keys()) if (!folders.includes(folder)) this.shared.delete(folder);
    for (const folder of folders) {
      if (!this.shared.has(folder)) this.shared.set(folder, loadSharedFile(folder, this.logger));
    }
    this.update();
  }

  /** A file changed on disk. @returns whether it is one of the checked-in ones, which then was read again. */
  fileChanged(file: string): boolean {
    const folder = [...this.shared.keys()].find((one) => sharedFileOf(one) === file);
    if (folder === undefined) return false;
    this.shared.set(folder, loadSharedFile(folder, this.logger));
    this.update();
    return true;
  }

  /** Keeps a choice, with this workspace or in the repository. Throws {@link SpanlightError} where it cannot be written. */
  add(choice: Choice, share: boolean): void {
    if (share) this.writeShared([choice]);
    // What is shared now would be overruled by an older word of the user's own.
    this.setOwn(share ? withChoice(this.own, choice).slice(0, -1) : withChoice(this.own, choice));
  }

  /** Writes all own choices to the repository. @returns how many. */
  shareAll(): number {
    const count = this.own.length;
    this.writeShared(this.own);
    this.setOwn([]);
    return count;
  }

  /** Takes choices back, wherever they are kept. */
  forget(gone: readonly KeptChoice[]): void {
    const shared = gone.filter(({ origin }) => origin === 'shared');
    for (const folder of this.shared.keys()) {
      const here = shared.filter(({ place }) => isInside(place.file, folder));
      const text = here.length === 0 ? undefined : sharedText(sharedFileOf(folder));
      if (text === undefined) continue;
      writeSharedFile(sharedFileOf(folder), withoutSharedChoices(text, folder, here));
      this.shared.set(folder, loadSharedFile(folder, this.logger));
    }
    const own = gone.filter(({ origin }) => origin === 'own');
    this.setOwn(this.own.filter((choice) => !own.some((other) => isSameChoice(choice, other))));
  }

  dispose(): void {
    this.changed.dispose();
    this.ownChanged.dispose();
  }

  private writeShared(added: readonly Choice[]): void {
    const byFolder = new Map<string, Choice[]>();
    for (const choice of added) {
      const folder = this.folderOf(choice.place.file);
      const list = byFolder.get(folder);
      if (list) list.push(choice);
      else byFolder.set(folder, [choice]);
    }
    for (const [folder, choices] of byFolder) {
      const file = sharedFileOf(folder);
      writeSharedFile(file, withSharedChoices(sharedText(file), folder, choices));
      this.shared.set(folder, loadSharedFile(folder, this.logger));
    }
  }

  private folderOf(file: string): string {
    const folder = [...this.shared.keys()].filter((one) => isInside(file, one)).sort((a, b) => b.length - a.length)[0];
    if (folder !== undefined) return folder;
    throw new SpanlightError(`${path.basename(file)} lies in no folder of the workspace.`, file);
  }

  private setOwn(own: readonly Choice[]): void {
    this.own = own;
    this.ownChanged.fire(own);
    this.update();
  }

  private update(): void {
    const shared = [...this.shared.values()].flatMap(({ choices }) => choices);
    this.known = new Choices(this.own, shared);
    this.changed.fire();
  }
}
