import { hasName } from '../../../base/texts/hasName';

/** A function or class that a module itself declares. */
export interface Block {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly isClass: boolean;
  readonly isDecorated: boolean;
  /** What a class is made from, by the last part of each name. */
  readonly bases: readonly string[];
}

/** What of a text is no code: comments and texts of several lines, which documentation stands in. Short texts are matched to be left. */
const NO_CODE = /("""|''')[^]*?\1|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#[^\n]*/g;
/** Names that the head of a package only passes on. One imported under another name is as good as used. */
const PASSED_ON =
  /^[ \t]*(?:from[ \t]+[\w.]+[ \t]+import\b[ \t]*(?:\([^)]*\)|[^\n]*)|import[ \t]+[^\n]*)|^__all__\b[^[(\n]*[[(][^\])]*[\])]/gm;
/** The first line of a statement of the module itself. */
const STATEMENT = /^[@A-Za-z_].*/gm;
const DECLARES = /^(?:async[ \t]+def|def|class)[ \t]+(\w+)(?:[ \t]*\(([^)]*)\))?/;

/** Texts of Python modules by path, with what can be told of them without a parser. */
export class ModuleTexts {
  private readonly code = new Map<string, string>();
  private readonly blocks = new Map<string, readonly Block[]>();
  private readonly mentions = new Map<string, ReadonlySet<string>>();

  constructor(readonly texts: ReadonlyMap<string, string>) {}

  /** Only what runs, at the same offsets: without comments and documentation, and without what a package only passes on. */
  codeOf(file: string): string {
    let code = this.code.get(file);
    if (code === undefined) {
      const bare = (this.texts.get(file) ?? '').replace(NO_CODE, (part) =>
        /^(#|"""|''')/.test(part) ? blank(part) : part,
      );
      const passesOn = /(^|[\\/])__init__\.py$/.test(file);
      code = passesOn ? bare.replace(PASSED_ON, (part) => (/\sas\s/.test(part) ? part : blank(part))) : bare;
      this.code.set(file, code);
    }
    return code;
  }

  /** The functions and classes of a module itself, from their decorators on. */
  blocksOf(file: string): readonly Block[] {
    let blocks = this.blocks.get(file);
    if (blocks === undefined) this.blocks.set(file, (blocks = readBlocks(this.codeOf(file))));
    return blocks;
  }

  /** The files whose code has a name. */
  filesWith(name: string): ReadonlySet<string> {
    let files = this.mentions.get(name);
    if (files === undefined) {
      const found = [...this.texts].filter(([file, text]) => text.includes(name) && hasName(this.codeOf(file), name));
      this.mentions.set(name, (files = new Set(found.map(([file]) => file))));
    }
    return files;
  }
}

function readBlocks(code: string): readonly Block[] {
  const statements = [...code.matchAll(STATEMENT)];
  const blocks: Block[] = [];
  let decorators: number | undefined;
  statements.forEach(({ 0: line, index }, i) => {
    if (line.startsWith('@')) {
      decorators ??= index;
      return;
    }
    const declared = DECLARES.exec(code.slice(index, index + 500));
    if (declared !== null) {
      const [, name, given = ''] = declared;
      const bases = given.split(',').flatMap((base) => /^[\s\w.]*?(\w+)\s*(?:\[|$)/.exec(base)?.[1] ?? []);
      const end = statements[i + 1]?.index ?? code.length;
      const isClass = line.startsWith('class');
      const start = decorators ?? index;
      const isDecorated = decorators !== undefined;
      blocks.push({ name: name!, start, end, isClass, isDecorated, bases: isClass ? bases : [] });
    }
    decorators = undefined;
  });
  return blocks;
}

function blank(part: string): string {
  return part.replace(/[^\n]/g, ' ');
}
