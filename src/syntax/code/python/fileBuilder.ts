import type { CodeFunction, CodeImport, CodeType, Parameter } from '../code';
import type { Piece } from '../piece';

/** A scope whose body is being read. */
export interface OpenScope {
  readonly id: number;
  /** A `yield` was met in it. */
  yields: boolean;
}

/** A file while it is lowered. */
export class FileBuilder {
  readonly imports: CodeImport[] = [];
  readonly functions: CodeFunction[] = [];
  readonly types: CodeType[] = [];
  private readonly open: OpenScope[] = [];

  constructor(readonly text: string) {}

  of({ start, end }: Piece): string {
    return this.text.slice(start, end);
  }

  /** The function being read. */
  get scope(): OpenScope {
    return this.open[this.open.length - 1]!;
  }

  /** Reads a function: its place is taken before what is inside it is read. */
  addFunction(parameters: () => readonly Parameter[], read: (scope: OpenScope) => FunctionParts, piece: Piece): number {
    const id = this.functions.length;
    const parent = this.open.length === 0 ? undefined : this.scope.id;
    const scope: OpenScope = { id, yields: false };
    const { start, end } = piece;
    const nothing = { name: '', annotations: [], modifiers: [], body: [], parameters: [], nameAt: piece };
    this.functions.push({ ...nothing, id, parent, start, end });
    const given = parameters();
    this.open.push(scope);
    const parts = read(scope);
    this.open.pop();
    this.functions[id] = { id, parent, parameters: given, start, end, ...parts };
    return id;
  }

  /** Takes a class's place before what is inside it is read. */
  addType(type: Omit<CodeType, 'id' | 'fields'>): number {
    const id = this.types.length;
    this.types.push({ ...type, id, fields: [] });
    return id;
  }
}

/** What reading a function's body gives. */
export type FunctionParts = Omit<CodeFunction, 'id' | 'parent' | 'parameters' | 'start' | 'end'>;
