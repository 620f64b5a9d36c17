import type { CodeFunction, Field } from '../../syntax/code/code';
import type { Call, Expression } from '../../syntax/code/expression';
import { surroundingOf } from '../code/parents';
import type { SourceCode } from '../code/sourceCode';
import { statementsIn } from '../code/walk';
import { nameOfCall, variableName, type CallPlace } from './declarations';

/** The calls of a chain that begins with a call: `builder().baseUrl(u).build()`, in the order they run. */
export function chainFrom({ function: fn, call }: CallPlace): readonly Call[] {
  const chain = [call];
  for (let at = nextInChain(fn, call); at !== undefined; at = nextInChain(fn, at)) chain.push(at);
  return chain;
}

function nextInChain(fn: CodeFunction, call: Expression): Call | undefined {
  const member = surroundingOf(fn, call);
  if (member?.kind !== 'part' || member.of.kind !== 'member' || member.of.object !== call) return undefined;
  const outer = surroundingOf(fn, member.of);
  return outer?.kind === 'part' && outer.of.kind === 'call' && outer.of.callee === member.of ? outer.of : undefined;
}

/** The calls before one in its chain, the first of them first. */
export function chainBefore(call: Call): readonly Call[] {
  const chain: Call[] = [];
  for (let at = receiverOf(call); at?.kind === 'call'; at = receiverOf(at)) chain.push(at);
  return chain.reverse();
}

/** What a method is called on. */
export function receiverOf(call: Call): Expression | undefined {
  return call.callee.kind === 'member' ? call.callee.object : undefined;
}

/** Where the value of a chain goes. */
export type Use =
  | { readonly kind: 'returned' }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'field'; readonly name: string; readonly field: Field | undefined }
  | { readonly kind: 'argument'; readonly call: Call }
  | { readonly kind: 'other' };

/** Where the value of an expression goes: casts, conditions and parentheses are looked through. */
export function useOf(source: SourceCode, fn: CodeFunction, value: Expression): Use {
  let at = value;
  for (;;) {
    const around = surroundingOf(fn, at);
    if (around === undefined) return { kind: 'other' };
    if (around.kind === 'head') {
      const { of } = around;
      if (of.kind === 'return') return { kind: 'returned' };
      if (of.kind === 'assign' && of.values.includes(at)) return assignedTo(fn, of.targets[0]);
      if (of.kind === 'with') {
        const target = of.items.find((item) => item.value === at)?.target;
        return target ? assignedTo(fn, target) : { kind: 'other' };
      }
      return fieldWith(source, at);
    }
    const { of } = around;
    if (of.kind === 'call' && of.args.some((arg) => arg.value === at)) return { kind: 'argument', call: of };
    if (of.kind === 'assignment' && of.value === at) return assignedTo(fn, of.target);
    if (of.kind !== 'cast' && of.kind !== 'conditional') return { kind: 'other' };
    at = of;
  }
}

function assignedTo(fn: CodeFunction, target: Expression | undefined): Use {
  const name = target && variableName(target);
  if (name === undefined) return { kind: 'other' };
  const isLocal = target?.kind === 'name' && isDeclaredIn(fn, name);
  return isLocal ? { kind: 'variable', name } : { kind: 'field', name, field: undefined };
}

/** Whether a function declares a variable of this name, or has such a parameter. */
function isDeclaredIn(fn: CodeFunction, name: string): boolean {
  if (fn.parameters.some((parameter) => parameter.name === name)) return true;
  return declaredNames(fn).has(name);
}

const declared = new WeakMap<CodeFunction, ReadonlySet<string>>();

function declaredNames(fn: CodeFunction): ReadonlySet<string> {
  let names = declared.get(fn);
  if (names === undefined) {
    const found = new Set<string>();
    for (const at of statementsIn(fn.body)) {
      if (at.kind === 'assign' && at.declares)
        for (const one of at.targets) if (one.kind === 'name') found.add(one.name);
      if (at.kind === 'with') for (const { target } of at.items) if (target?.kind === 'name') found.add(target.name);
    }
    declared.set(fn, (names = found));
  }
  return names;
}

function fieldWith(source: SourceCode, value: Expression): Use {
  for (const type of source.code.types) {
    const field = type.fields.find((one) => one.value === value);
    if (field) return { kind: 'field', name: field.name, field };
  }
  return { kind: 'other' };
}

/** The names of the calls in a chain. */
export function namesIn(chain: readonly Call[]): readonly string[] {
  return chain.flatMap((call) => nameOfCall(call) ?? []);
}
