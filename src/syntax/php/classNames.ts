import type { Outline } from '../extract/outline';
import { children, type SourceText } from '../extract/sourceText';
import type { ImportFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';

/** Turns the names of classes that a file writes into full ones: through its imports and its namespace. */
export class ClassNames {
  private readonly imported = new Map<string, string>();

  constructor(
    imports: readonly ImportFact[],
    private readonly namespace: string,
    private readonly source: SourceText,
    private readonly outline: Outline,
  ) {
    for (const { from, names } of imports) {
      for (const local of Object.keys(names)) this.imported.set(local.toLowerCase(), from);
    }
  }

  /** `Orders`, `Controllers\Orders`, `\App\Orders`, `namespace\Orders` → `App\Orders`. @param at offset, for `self`. */
  full(written: string, at: number): string {
    const name = written.replace(/\s+/g, '');
    if (name.startsWith('\\')) return name.slice(1);
    if (/^(self|static|parent)$/i.test(name)) return this.ownType(at);
    const [first = '', ...rest] = name.split('\\');
    if (first.toLowerCase() === 'namespace') return this.inNamespace(rest.join('\\'));
    const from = this.imported.get(first.toLowerCase());
    return from === undefined ? this.inNamespace(name) : [from, ...rest].join('\\');
  }

  /** The type around an offset; '' outside. */
  ownType(at: number): string {
    const type = this.outline.typeScopeAt(at)?.name;
    return type === undefined ? '' : this.inNamespace(type);
  }

  /** Of `Orders::class` and `new Orders(…)` the class; undefined for anything else. */
  ofExpression(node: SyntaxNode | undefined): string | undefined {
    if (node?.type === 'class_constant_access_expression') {
      const [owner, constant] = children(node);
      const isClass = owner !== undefined && constant !== undefined && this.source.of(constant) === 'class';
      return isClass ? this.full(this.source.of(owner), node.startIndex) : undefined;
    }
    if (node?.type !== 'object_creation_expression') return undefined;
    const [type] = children(node);
    return type?.type === 'name' || type?.type === 'qualified_name'
      ? this.full(this.source.of(type), node.startIndex)
      : undefined;
  }

  private inNamespace(name: string): string {
    return this.namespace === '' ? name : `${this.namespace}\\${name}`;
  }
}
