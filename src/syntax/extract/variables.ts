import type { SyntaxNode } from '../syntaxNode';
import { lastPart, plainPath } from './callSite';
import type { Captures } from './captures';
import type { SourceText } from './sourceText';

/** What a variable is made of. */
export interface Made {
  /** The called or constructed name as written: `express`, `express.Router`, `Kafka`; a declared type: `ClientKafka`. */
  readonly by: string;
  readonly args: readonly SyntaxNode[];
  /** A call, a construction, or only a declared type. */
  readonly how: 'call' | 'new' | 'type';
  /** What the call is made on, for chains: the node of `new Hono()` in `new Hono().basePath('/x')`. */
  readonly receiverNode: SyntaxNode | undefined;
}

/** How a language reads the captures `@made` and `@typed`. */
export interface VariableRules {
  readonly madeBy: (value: SyntaxNode) => Made | undefined;
  /** A written type without type arguments, blanks and marks such as `*` or `?`. */
  readonly typeName: (written: string) => string;
  /** Where both are known: the declared type (Java) or what makes the value. */
  readonly prefer: 'type' | 'value';
}

/**
 * Variables and fields of a file by name (without `this.`), a field also by its last part. The first of a name counts;
 * everything is read when it is asked for, because most files never ask.
 */
export class Variables {
  private values: Map<string, SyntaxNode[]> | undefined;
  private readonly types = new Map<string, SyntaxNode>();
  private readonly answers = new Map<string, Made | undefined>();

  constructor(
    private readonly captures: Captures,
    private readonly source: SourceText,
    private readonly rules: VariableRules,
  ) {}

  get(name: string): Made | undefined {
    if (name === '') return undefined;
    if (this.answers.has(name)) return this.answers.get(name);
    const answer = this.find(name);
    this.answers.set(name, answer);
    return answer;
  }

  private find(name: string): Made | undefined {
    this.values ??= this.index();
    const value = this.values
      .get(name)
      ?.map((node) => this.rules.madeBy(node))
      .find((made) => made !== undefined);
    const typeNode = this.types.get(name);
    if (typeNode === undefined || (value !== undefined && (this.rules.prefer === 'value' || value.how === 'new'))) {
      return value;
    }
    const by = this.rules.typeName(this.source.of(typeNode));
    if (by === '') return value;
    return { by, args: value?.args ?? [], how: 'type', receiverNode: value?.receiverNode };
  }

  private index(): Map<string, SyntaxNode[]> {
    const values = new Map<string, SyntaxNode[]>();
    for (const { parts } of this.captures.of('made')) {
      if (parts.name === undefined || parts.value === undefined) continue;
      const name = plainPath(this.source.of(parts.name));
      for (const key of new Set([name, lastPart(name)])) {
        const same = values.get(key);
        if (same === undefined) values.set(key, [parts.value]);
        else same.push(parts.value);
      }
    }
    for (const { parts } of this.captures.of('typed')) {
      if (parts.name === undefined || parts.type === undefined) continue;
      const name = this.source.of(parts.name);
      if (!this.types.has(name)) this.types.set(name, parts.type);
    }
    return values;
  }
}
