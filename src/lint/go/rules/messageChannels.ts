import type { CodeFunction } from '../../../syntax/code/code';
import type { Expression } from '../../../syntax/code/expression';
import type { Piece } from '../../../syntax/code/piece';
import type { FunctionPlace } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import { expressionsIn, statementsIn } from '../../code/walk';
import type { GoAnalysis } from '../goAnalysis';
import { isGeneratedSource } from '../httpCalls';
import { CONTEXT_TYPE, outermost } from '../relevance';
import { elementOf, type GoType } from '../values/goType';
import { systemOfMessage } from './messageHandlers';
import { isAside } from './plainClients';

/** A function that takes messages of a library out of a Go channel, which another has put them into. */
export interface ChannelWorker extends FunctionPlace {
  readonly at: Piece;
  /** The library. */
  readonly system: string;
}

/** Where messages arrive that were fetched elsewhere: `for m := range w.messages`, `case m := <-jobs`. */
export function channelWorkers(analysis: GoAnalysis): readonly ChannelWorker[] {
  const found: ChannelWorker[] = [];
  for (const source of analysis.unit.code.program.sources) {
    if (!/\bchan\b|<-/.test(source.code.text) || isGeneratedSource(source) || isAside(analysis, source)) continue;
    for (const fn of source.code.functions) {
      const received = fn.id === 0 ? undefined : receivedIn(analysis, source, fn);
      if (received !== undefined) found.push({ source, function: outermost(source, fn), ...received });
    }
  }
  return found;
}

function receivedIn(
  analysis: GoAnalysis,
  source: SourceCode,
  fn: CodeFunction,
): { readonly at: Piece; readonly system: string } | undefined {
  for (const statement of statementsIn(fn.body)) {
    if (statement.kind !== 'loop' || statement.over === undefined) continue;
    const system = systemIn(analysis, source, fn, statement.over);
    if (system !== undefined) return { at: statement, system };
  }
  for (const expression of expressionsIn(fn.body)) {
    if (expression.kind !== 'unary' || expression.operator !== '<-') continue;
    const system = systemIn(analysis, source, fn, expression.value);
    if (system !== undefined) return { at: expression, system };
  }
  return undefined;
}

/** The library whose messages a channel holds, as they are or in a struct that has no context beside them. */
function systemIn({ unit }: GoAnalysis, source: SourceCode, fn: CodeFunction, channel: Expression): string | undefined {
  if (channel.kind !== 'name' && channel.kind !== 'member') return undefined;
  const type = unit.types.typeOf(source, fn, channel);
  const held = type?.shape === 'chan' ? elementOf(type) : undefined;
  if (held === undefined) return undefined;
  const system = systemOf(held);
  if (system !== undefined) return system;
  const declared = unit.types.declarationOf(held);
  if (declared?.type.kind !== 'struct') return undefined;
  const { fields } = declared.type;
  if (fields.some(({ name, type: of }) => CONTEXT_TYPE.test(of ?? '') || /trac|span|carrier/i.test(name)))
    return undefined;
  for (const { type: of } of fields) {
    const inner = of === undefined ? undefined : unit.types.written(declared.source, of);
    const found = inner && systemOf(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

function systemOf(type: GoType): string | undefined {
  return type.shape === 'named' ? systemOfMessage(type) : undefined;
}
