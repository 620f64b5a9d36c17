import type { CodeFunction } from '../../../syntax/code/code';
import { expressionsOf, headsOf, statementsIn } from '../../code/walk';
import type { SourceCode } from '../../code/sourceCode';
import { boundTo, type HttpSite } from './httpClients';
import { lastPart, type PythonCode } from '../names/pythonCode';
import { Reaches } from '../names/reaches';

const INSTRUMENTS_ONE = /^(instrument_client|instrument_session|instrument_producer|instrument_consumer)$/;

/**
 * Whether a client that is instrumented one by one may be among those: it is given to something that instruments it, or
 * it goes where that cannot be followed.
 */
export class PerClient {
  private readonly instruments: Reaches;

  constructor(code: PythonCode) {
    this.instruments = new Reaches(code, instrumentsOne);
  }

  mayBeInstrumented(site: HttpSite): boolean {
    const { source, function: fn } = site;
    if (this.instruments.in({ source, function: fn })) return true;
    const name = boundTo(site);
    if (name === undefined || /[.[]/.test(name)) return true;
    return leaves(source, fn, name);
  }
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
