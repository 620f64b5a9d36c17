import type { Language } from '../facts';
import type { Code, CodeFunction, CodeImport, CodeType } from './code';

/**
 * Thrown where code is asked for whose grammar is not there yet: what was begun is begun again once it is loaded.
 */
export class GrammarNotLoaded extends Error {
  /** @param load settles when the code can be had, or never will and is empty. */
  constructor(readonly load: () => Promise<void>) {
    super('A grammar is not loaded yet.');
  }
}

/** A file whose text is at hand, and which is parsed when something of its code is asked for. */
export class LazyCode implements Code {
  private known: Code | undefined;

  /** @param parse throws {@link GrammarNotLoaded}. */
  constructor(
    readonly language: Language,
    readonly text: string,
    private readonly parse: (file: LazyCode) => Code,
  ) {}

  /** Whether it has been parsed. */
  get isParsed(): boolean {
    return this.known !== undefined;
  }

  /** As far as it is known: asking does not parse. */
  get skipped(): string | undefined {
    return this.known?.skipped;
  }

  get namespace(): string {
    return this.read().namespace;
  }

  get hasErrors(): boolean {
    return this.read().hasErrors;
  }

  get imports(): readonly CodeImport[] {
    return this.read().imports;
  }

  get exports(): Readonly<Record<string, string>> {
    return this.read().exports;
  }

  get functions(): readonly CodeFunction[] {
    return this.read().functions;
  }

  get types(): readonly CodeType[] {
    return this.read().types;
  }

  private read(): Code {
    return (this.known ??= this.parse(this));
  }
}
