import type { FunctionFact, TypeFact } from '../facts';
import type { SourceText, TextSpan } from './sourceText';

/** A function, type or named object literal as a language found it, before nesting is known. */
export interface ScopeDraft {
  readonly kind: 'function' | 'type' | 'object';
  /** '' for an anonymous function. */
  readonly name: string;
  /** Containers the syntax around it does not show: a Go receiver, the object an assignment names. */
  readonly owner?: string;
  /** From the first decorator to the end. */
  readonly start: number;
  readonly end: number;
  readonly nameSpan: TextSpan;
  /** The node that stands for it in expressions: an arrow function as an argument. */
  readonly nodeId: number;
  /** A method without a body. */
  readonly isDeclaration?: true;
  /** See {@link FunctionFact.makes}. */
  readonly makes?: string;
  /** Asked only of functions that are kept. */
  readonly parameters: () => readonly string[];
  readonly bases: readonly string[];
}

/**
 * Functions and types of a file in source order with their nesting. A function's index here is the one facts carry
 * until {@link FactsBuilder} drops anonymous functions nothing points at.
 */
export class Outline {
  private readonly scopes: readonly ScopeDraft[];
  /** Of each scope the one around it, -1 for none. */
  private readonly parents: number[] = [];
  /** Of each scope the names around it, outermost first. */
  private readonly containers: (readonly string[])[] = [];
  private readonly functionScopes: number[] = [];
  private readonly functionIndex = new Map<number, number>();
  private readonly byNode = new Map<number, number>();
  private readonly byName = new Map<string, number[]>();

  constructor(drafts: readonly ScopeDraft[]) {
    this.scopes = [...drafts].sort((a, b) => a.start - b.start || b.end - a.end);
    const open: number[] = [];
    for (const [index, draft] of this.scopes.entries()) {
      while (open.length > 0 && this.scopes[open.at(-1)!]!.end <= draft.start) open.pop();
      const parent = open.at(-1) ?? -1;
      this.parents.push(parent);
      const within = parent < 0 ? [] : this.within(parent);
      const { owner = '' } = draft;
      this.containers.push(owner === '' ? within : [...within, ...owner.split('.')]);
      open.push(index);
      if (draft.kind !== 'function') continue;
      const functionIndex = this.functionScopes.push(index) - 1;
      this.functionIndex.set(index, functionIndex);
      this.byNode.set(draft.nodeId, functionIndex);
      const same = this.byName.get(draft.name);
      if (same === undefined) this.byName.set(draft.name, [functionIndex]);
      else same.push(functionIndex);
    }
  }

  /** Index of the innermost function around an offset, -1 outside. */
  functionAt(offset: number): number {
    for (let scope = this.scopeAt(offset); scope >= 0; scope = this.parents[scope]!) {
      const index = this.functionIndex.get(scope);
      if (index !== undefined) return index;
    }
    return -1;
  }

  /** The innermost function, type or object around an offset. */
  innermostAt(offset: number): ScopeDraft | undefined {
    return this.scopes[this.scopeAt(offset)];
  }

  /** The innermost type around an offset. */
  typeScopeAt(offset: number): ScopeDraft | undefined {
    for (let scope = this.scopeAt(offset); scope >= 0; scope = this.parents[scope]!) {
      if (this.scopes[scope]!.kind === 'type') return this.scopes[scope];
    }
    return undefined;
  }

  /** Name of the innermost type (or named object) around an offset, qualified with what is around it; '' outside. */
  typeAt(offset: number): string {
    for (let scope = this.scopeAt(offset); scope >= 0; scope = this.parents[scope]!) {
      const found = this.scopes[scope]!;
      if (found.kind !== 'function') return [...this.containers[scope]!, found.name].join('.');
    }
    return '';
  }

  /** The containers at an offset, outermost first. */
  containerAt(offset: number): readonly string[] {
    const scope = this.scopeAt(offset);
    return scope < 0 ? [] : this.within(scope);
  }

  /** The function next further out, -1 outside. */
  parentOf(functionIndex: number): number {
    const scope = this.functionScopes[functionIndex];
    return scope === undefined ? -1 : this.functionAtScope(this.parents[scope]!);
  }

  /** The function a syntax node stands for. */
  functionOfNode(nodeId: number): number | undefined {
    return this.byNode.get(nodeId);
  }

  draft(functionIndex: number): ScopeDraft | undefined {
    return this.scopes[this.functionScopes[functionIndex] ?? -1];
  }

  /** Containers of a function, outermost first. */
  containerOf(functionIndex: number): readonly string[] {
    return this.containers[this.functionScopes[functionIndex] ?? -1] ?? [];
  }

  /** Functions directly inside the type or object of this name. */
  membersOf(container: string): readonly number[] {
    const members: number[] = [];
    for (let index = 0; index < this.functionScopes.length; index++) {
      if (this.containerOf(index).at(-1) === container) members.push(index);
    }
    return members;
  }

  /** The types of the file. */
  types(): readonly ScopeDraft[] {
    return this.scopes.filter((scope) => scope.kind === 'type');
  }

  /** The first type of this name. */
  typeNamed(name: string): ScopeDraft | undefined {
    return this.scopes.find((scope) => scope.kind === 'type' && scope.name === name);
  }

  /** Functions of this name, in source order. */
  named(name: string): readonly number[] {
    return this.byName.get(name) ?? [];
  }

  get functionCount(): number {
    return this.functionScopes.length;
  }

  functionFact(index: number, source: SourceText): FunctionFact {
    const at = this.functionScopes[index]!;
    const scope = this.scopes[at]!;
    return {
      name: scope.name,
      container: this.containers[at]!,
      range: source.rangeOf(scope.start, scope.end),
      nameRange: source.range(scope.nameSpan),
      parameters: scope.parameters(),
      ...(scope.isDeclaration ? { isDeclaration: true } : {}),
      ...(scope.makes === undefined ? {} : { makes: scope.makes }),
    };
  }

  typeFacts(source: SourceText): TypeFact[] {
    return this.scopes.flatMap(({ kind, name, bases, start, end }, at) => {
      if (kind !== 'type') return [];
      return [{ name, container: this.containers[at]!, bases, range: source.rangeOf(start, end) }];
    });
  }

  /** The names around what stands directly inside a scope. */
  private within(scope: number): readonly string[] {
    const { name } = this.scopes[scope]!;
    const container = this.containers[scope]!;
    return name === '' ? container : [...container, name];
  }

  private functionAtScope(from: number): number {
    for (let scope = from; scope >= 0; scope = this.parents[scope]!) {
      const index = this.functionIndex.get(scope);
      if (index !== undefined) return index;
    }
    return -1;
  }

  private scopeAt(offset: number): number {
    let low = 0;
    let high = this.scopes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.scopes[middle]!.start <= offset) low = middle + 1;
      else high = middle;
    }
    let scope = low - 1;
    while (scope >= 0 && this.scopes[scope]!.end <= offset) scope = this.parents[scope]!;
    return scope;
  }
}
