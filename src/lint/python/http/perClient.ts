import type { CodeFunction } from '../../../syntax/code/code';
import { expressionsIn, expressionsOf, headsOf, statementsIn } from '../../code/walk';
import type { SourceCode } from '../../code/sourceCode';
import { boundTo, type HttpSite } from './httpClients';
import { lastPart, type PythonCode } from '../names/pythonCode';
import { Reaches } from '../names/reaches';
import { usesOf } from '../names/statements';

const INSTRUMENTS_ONE = /^(instrument_client|instrument_session|instrument_producer|instrument_consumer)$/;

/**
 * Whether a client that is instrumented one by one may be among those: it is given to something that instruments it, or
 * it goes where that cannot be followed.
 */
export class PerClient {
  private readonly instruments: Reaches;

  constructor(private readonly code: PythonCode) {
    this.instruments = new Reaches(code, instrumentsOne);
  }

  mayBeInstrumented(site: HttpSite): boolean {
    const { source, function: fn } = site;
    if (this.instruments.in({ source, function: fn })) return true;
    const name = boundTo(site);
    if (name === undefined || name.includes('[')) return true;
    if (name.includes('.')) return this.isInstrumentedAt(name);
    const kept = keptIn(source, fn, name);
    if (kept.length > 0) return kept.some((attribute) => this.isInstrumentedAt(attribute));
    return leaves(source, fn, name);
  }

  /** Whether something that instruments clients reads the attribute that a client is kept in. */
  private isInstrumentedAt(attribute: string): boolean {
    const last = attribute.slice(attribute.lastIndexOf('.') + 1);
    return this.code.program.sources.some((source) => {
      if (!source.has(last)) return false;
      return source.code.functions.some((fn) => {
        const reads = [...expressionsIn(fn.body)].some((one) => one.kind === 'member' && one.name === last);
        return reads && this.instruments.in({ source, function: fn });
      });
    });
  }
}

/** The attributes of other objects that a local variable is kept in, where it goes nowhere else. */
function keptIn(source: SourceCode, fn: CodeFunction, name: string): readonly string[] {
  const kept: string[] = [];
  for (const statement of statementsIn(fn.body)) {
    if (statement.kind !== 'assign' || statement.values.length !== 1) continue;
    const [value] = statement.values;
    if (value?.kind !== 'name' || value.name !== name) continue;
    for (const target of statement.targets) {
      if (target.kind !== 'member') return [];
      kept.push(source.textOf(target));
    }
  }
  const others = usesOf(source, fn, name).length - kept.length - 1;
  return others === 0 ? kept : [];
}

function instrumentsOne(source: SourceCode, fn: CodeFunction): boolean {
  return source.callsIn(fn).some(({ callee }) => INSTRUMENTS_ONE.test(lastPart(callee)));
}

/** Whether a local variable is returned, given on as an argument, or kept in an attribute. */
export function leaves(source: SourceCode, fn: CodeFunction, name: string): boolean {
  for (const statement of statementsIn(fn.body)) {
    for (const head of headsOf(statement)) {
      if (statement.kind === 'return' && head.kind === 'name' && head.name === name) return true;
      if (
        statement.kind === 'assign' &&
        head.kind === 'name' &&
        head.name === name &&
        !statement.targets.includes(head)
      )
        return true;
      for (const part of expressionsOf(head)) {
        if (part.kind === 'call' && part.args.some(({ value }) => value.kind === 'name' && value.name === name))
          return true;
        if (part.kind === 'unary' && part.operator === 'yield' && source.textOf(part.value) === name) return true;
      }
    }
  }
  return false;
}
