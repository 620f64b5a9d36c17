import { pushTo } from '../../base/tables/pushTo';
import type { CodeFunction } from '../../syntax/code/code';
import type { Call, Expression, ObjectLiteral } from '../../syntax/code/expression';
import type { Assign } from '../../syntax/code/statement';
import type { SourceCode } from '../code/sourceCode';
import { expressionsIn, statementsIn } from '../code/walk';
import { GoType } from './values/goType';

/** A call with where it is. */
export interface CallPlace {
  readonly source: SourceCode;
  readonly function: CodeFunction;
  readonly call: Call;
}

/** A literal of a type that has a name. */
export interface LiteralPlace {
  readonly source: SourceCode;
  readonly function: CodeFunction;
  readonly expression: ObjectLiteral;
  /** As it is written: `pkg.Client`. */
  readonly type: string;
}

/** What is assigned to a member: `client.Transport = rt`. */
export interface MemberAssignment {
  readonly value: { readonly source: SourceCode; readonly function: CodeFunction; readonly expression: Expression };
  readonly target: Expression & { kind: 'member' };
}

/** An assignment with the function it is in. */
export interface AssignPlace {
  readonly function: CodeFunction;
  readonly statement: Assign;
}

const files = new WeakMap<SourceCode, GoFile>();

/** What a file says by itself; the same for all processes that it is part of. */
export function goFileOf(source: SourceCode): GoFile {
  let found = files.get(source);
  if (found === undefined) files.set(source, (found = new GoFile(source)));
  return found;
}

/**
 * What stands in a file, found by name. A module may have a hundred programs that share most of their files: what takes
 * a walk through all code is done here, once a file, and processes only ask for what they need.
 */
export class GoFile {
  private all: readonly CallPlace[] | undefined;
  private named: ReadonlyMap<string, readonly CallPlace[]> | undefined;
  private readonly like = new Map<RegExp, readonly CallPlace[]>();
  private literals: ReadonlyMap<string, readonly LiteralPlace[]> | undefined;
  private qualified: readonly LiteralPlace[] | undefined;
  private assigned: ReadonlyMap<string, readonly MemberAssignment[]> | undefined;

  /** It says that a tool wrote it. */
  readonly isGenerated: boolean;
  private dropping: readonly AssignPlace[] | undefined;

  constructor(private readonly source: SourceCode) {
    this.isGenerated = /^\/\/ Code generated .* DO NOT EDIT/m.test(source.code.text.slice(0, 2_000));
  }

  /** The assignments that throw the first of several results away: `_, span := tracer.Start(ctx, "…")`. */
  get droppedFirsts(): readonly AssignPlace[] {
    return (this.dropping ??= [...this.assignments()].filter(({ statement: { targets, values } }) => {
      const [first, second] = targets;
      return first?.kind === 'name' && first.name === '_' && second?.kind === 'name' && values[0]?.kind === 'call';
    }));
  }

  /** All its calls, function by function. */
  get calls(): readonly CallPlace[] {
    const { source } = this;
    this.all ??= source.code.functions.flatMap((fn) =>
      source.callsIn(fn).map((call) => ({ source, function: fn, call })),
    );
    return this.all;
  }

  /** The calls whose callee ends in a name: `Do` finds `client.Do(req)`. */
  callsNamed(name: string): readonly CallPlace[] {
    this.named ??= grouped(this.calls, ({ call }) => calledName(call));
    return this.named.get(name) ?? [];
  }

  /** The calls whose callee ends in a name like this, in source order. @param pattern one of few that are kept. */
  callsLike(pattern: RegExp): readonly CallPlace[] {
    let found = this.like.get(pattern);
    if (found === undefined)
      this.like.set(pattern, (found = this.calls.filter(({ call }) => pattern.test(calledName(call) ?? ''))));
    return found;
  }

  /** The literals of types of a name, whatever their package is called. */
  literalsOf(name: string): readonly LiteralPlace[] {
    this.literals ??= grouped(this.allLiterals(), ({ type }) => typeName(type));
    return this.literals.get(name) ?? [];
  }

  /** The literals of types of packages that are imported: `middleware.Config{…}`. */
  get importedLiterals(): readonly LiteralPlace[] {
    return (this.qualified ??= [...this.allLiterals()].filter(({ type }) => /^\w+\.\w+$/.test(type)));
  }

  /** What is assigned to members of a name. */
  assignedMembers(name: string): readonly MemberAssignment[] {
    this.assigned ??= grouped(this.memberAssignments(), ({ target }) => target.name);
    return this.assigned.get(name) ?? [];
  }

  private *allLiterals(): Generator<LiteralPlace> {
    const { source } = this;
    for (const fn of source.code.functions)
      for (const expression of expressionsIn(fn.body))
        if (expression.kind === 'object' && expression.type !== undefined)
          yield { source, function: fn, expression, type: expression.type };
  }

  private *assignments(): Generator<AssignPlace> {
    for (const fn of this.source.code.functions)
      for (const statement of statementsIn(fn.body)) if (statement.kind === 'assign') yield { function: fn, statement };
  }

  private *memberAssignments(): Generator<MemberAssignment> {
    const { source } = this;
    for (const { function: fn, statement } of this.assignments()) {
      const parallel = statement.values.length === statement.targets.length;
      for (const [i, target] of statement.targets.entries()) {
        const expression = statement.values[parallel ? i : 0];
        if (target.kind === 'member' && expression !== undefined && (parallel || i === 0))
          yield { value: { source, function: fn, expression }, target };
      }
    }
  }
}

/** The last part of what a call calls. */
export function calledName(call: Call): string | undefined {
  const callee = call.callee.kind === 'index' ? call.callee.object : call.callee;
  return callee.kind === 'name' || callee.kind === 'member' ? callee.name : undefined;
}

/** The name of a type that is no list, map or function, without its package. */
function typeName(written: string): string | undefined {
  return GoType.parse(written, (_, name) => ({ from: '', name }))?.name;
}

function grouped<T>(all: Iterable<T>, keyOf: (one: T) => string | undefined): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    if (key === undefined) continue;
    pushTo(found, key, one);
  }
  return found;
}
