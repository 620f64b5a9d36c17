import type { FunctionPlace } from '../code/program';
import type { SourceCode } from '../code/sourceCode';
import type { BusRow } from './coverage';
import { plainType, receiverOf, type Site } from './dotnetCode';
import type { DotnetProcess } from './dotnetProcess';
import { typeOf } from './types';

/** What is sent through a bus, by the type of what it is sent with. */
export function sentThrough({ code }: DotnetProcess, bus: BusRow): Site[] {
  return bus.sends
    .flatMap((name) => code.named(name))
    .filter((site) => {
      const { source, function: fn, call } = site;
      const receiver = receiverOf(call);
      const type = receiver && typeOf(code, source, fn, receiver);
      return type !== undefined && bus.senders.includes(plainType(type)) && isImported(code, bus, source);
    });
}

/**
 * What receives through a bus and works for its messages; also what only logs, where somebody meant the bus to be traced.
 */
export function receivedThrough({ code, work }: DotnetProcess, bus: BusRow, isMeant: boolean): FunctionPlace[] {
  const listening = (bus.listens ?? []).flatMap((name) => code.named(name));
  const handlers = code.program.sources
    .filter((source) => bus.handlers.length > 0 && isImported(code, bus, source))
    .flatMap((source) => source.code.functions.map((fn) => ({ source, function: fn })))
    .filter(({ function: fn }) => fn.name === bus.handles && fn.parameters.length > 0)
    .filter((place) => code.typeAround(place)?.bases.some((base) => isHandler(bus, base)) === true)
    .filter((place) => isMeant || work.works(place));
  return [
    ...listening.map((site) => ({ source: site.source, function: site.function })),
    ...handlers,
    ...machinesOf(code, bus),
  ];
}

/**
 * What is declared to work messages off, with what it does for each in its constructor:
 * `OrderMachine : MassTransitStateMachine<OrderState>`.
 */
function machinesOf(code: DotnetProcess['code'], bus: BusRow): FunctionPlace[] {
  const { machines } = bus;
  if (machines === undefined) return [];
  return code.program.sources
    .filter((source) => isImported(code, bus, source))
    .flatMap((source) =>
      source.code.functions
        .filter((fn) => fn.modifiers.includes('constructor'))
        .filter((fn) => source.typeOf(fn)?.bases.some((base) => machines.includes(plainType(base))) === true)
        .map((fn) => ({ source, function: fn })),
    );
}

/** `IConsumer<OrderPlaced>`: interfaces of one type argument, as others' may have the same name. */
function isHandler(bus: BusRow, base: string): boolean {
  return bus.handlers.includes(plainType(base)) && /<[^,]*>$/.test(base);
}

/** Whether a file imports a bus, itself or by a `global using`: others have types of the same names. */
function isImported({ program }: DotnetProcess['code'], { namespace }: BusRow, source: SourceCode): boolean {
  const name = namespace.replace(/\./g, '\\.');
  const own = new RegExp(`\\b${name}\\b`);
  const everywhere = new RegExp(`^\\s*global\\s+using\\s+${name}(\\.\\w+)*\\s*;`, 'm');
  return source.has(own) || program.sources.some((one) => one.has(everywhere));
}
