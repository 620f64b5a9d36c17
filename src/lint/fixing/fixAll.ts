import type { Finding, Fix, FixEdit } from '../../model/finding';
import { besideOthers } from './besideFix';
import { EditedText } from './editedText';
import type { TrialFiles } from './trialFiles';
import type { WorkspaceLinter } from '../workspaceLinter';

/** More rounds than this are a rule whose fixes do not end. */
const MOST_ROUNDS = 200;

/** What is to be mended: all of a rule, in one file or everywhere. */
export interface FixAllScope {
  readonly rule: string;
  readonly file: string | undefined;
}

/**
 * The first fix of every finding of a rule, one after the other: after each the files are linted again, so that the next
 * one knows of the imports, names and requirements that the one before added. A finding whose fix does not mend it is
 * left as it is. One that is found no more, although its own code is as it was, is mended as well: rules are silent where
 * they see the context written by hand nearby.
 *
 * @param linter reads through `files`, and is as before when this ends; nothing else may use it meanwhile.
 * @returns edits of the files as they are now.
 */
export async function fixAll(
  linter: WorkspaceLinter,
  files: TrialFiles,
  { rule, file }: FixAllScope,
  signal?: AbortSignal,
): Promise<FixEdit[]> {
  const trial = new Trial(linter, files);
  const fixable = async (): Promise<readonly Finding[]> =>
    (await linter.tryOut(signal)).filter(
      (one) => one.rule === rule && one.fixes.length > 0 && (file === undefined || one.file === file),
    );
  try {
    const all = await fixable();
    const vain = new Set<string>();
    let left = all;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const chosen = left.find((one) => !vain.has(signOf(one)));
      if (chosen === undefined) break;
      const before = trial.texts;
      await trial.apply(chosen.fixes[0]!);
      const now = await fixable();
      if (now.length < left.length) left = now;
      else {
        vain.add(signOf(chosen));
        trial.back(before);
      }
    }
    if (left.length === 0) for (const { fixes } of all) await trial.applyBeside(fixes[0]!);
    return trial.edits();
  } finally {
    trial.end();
  }
}

/** Texts that are tried out, and the linter that is told of them. */
class Trial {
  private current: Texts = new Map();
  private readonly shown = new Set<string>();

  constructor(
    private readonly linter: WorkspaceLinter,
    private readonly files: TrialFiles,
  ) {}

  get texts(): Texts {
    return this.current;
  }

  edits(): FixEdit[] {
    return [...this.current.values()].flatMap((text) => text.edits());
  }

  async apply({ edits }: Fix): Promise<void> {
    const next = new Map(this.current);
    for (const name of new Set(edits.map((edit) => edit.file))) {
      const text = next.get(name) ?? (await this.read(name));
      next.set(name, text.with(edits.filter((edit) => edit.file === name)));
    }
    this.show(next);
  }

  /** A fix of the texts as they were, where none of its code is changed yet; nothing where it or its like is there. */
  async applyBeside({ edits }: Fix): Promise<void> {
    const next = new Map(this.current);
    for (const name of new Set(edits.map((edit) => edit.file))) {
      const text = next.get(name) ?? (await this.read(name));
      const own = edits.filter((edit) => edit.file === name);
      const beside = besideOthers(own, text, await this.linter.codeOf(name, text.text));
      if (beside === undefined) return;
      next.set(name, text.with(beside));
    }
    this.show(next);
  }

  /** As it was before. */
  back(before: Texts): void {
    // What the last fix was the first to touch is again as it was.
    this.show(new Map([...this.current].map(([name, text]) => [name, before.get(name) ?? text.undone()])));
  }

  end(): void {
    for (const name of this.shown) {
      this.files.try(name, undefined);
      this.linter.edited(name);
    }
  }

  private async read(name: string): Promise<EditedText> {
    return EditedText.of(name, (await this.files.read(name)) ?? '');
  }

  private show(next: Texts): void {
    for (const [name, text] of next) {
      if (text === this.current.get(name)) continue;
      this.shown.add(name);
      this.files.try(name, text.text);
      this.linter.edited(name);
    }
    this.current = next;
  }
}

type Texts = ReadonlyMap<string, EditedText>;

function signOf({ file, range }: Finding): string {
  return [file, range.startLine, range.startColumn].join('\0');
}
