import type {
  CallFact,
  FileFacts,
  HandlerFact,
  ImportFact,
  Language,
  MessageFact,
  MountFact,
  RouteFact,
  RpcFact,
  SpanFact,
  TextFact,
} from '../facts';
import type { Range0 } from '../../base/positions';
import type { Constants } from './constants';
import type { Outline } from './outline';
import type { SourceText } from './sourceText';

/** Collects a file's facts; {@link finish} sorts them and drops anonymous functions nothing points at. */
export class FactsBuilder {
  module = '';
  readonly imports: ImportFact[] = [];
  readonly spans: SpanFact[] = [];
  readonly tracerNames: TextFact[] = [];
  readonly routes: RouteFact[] = [];
  readonly mounts: MountFact[] = [];
  readonly rpcs: RpcFact[] = [];
  readonly messages: MessageFact[] = [];
  readonly httpCalls: CallFact[] = [];
  readonly serviceNames: TextFact[] = [];

  finish(
    language: Language,
    hasErrors: boolean,
    outline: Outline,
    constants: Constants,
    source: SourceText,
  ): FileFacts {
    const renumbered = this.keptFunctions(outline);
    const kept = [...renumbered.entries()].filter(([, to]) => to >= 0).map(([from]) => from);
    const renumber = (index: number): number => {
      let at = index;
      while (at >= 0 && renumbered[at]! < 0) at = outline.parentOf(at);
      return at < 0 ? -1 : renumbered[at]!;
    };
    const handler = (fact: HandlerFact): HandlerFact =>
      fact.kind === 'function' ? { kind: 'function', function: renumber(fact.function) } : fact;
    return {
      language,
      module: this.module,
      hasErrors,
      functions: kept.map((index) => outline.functionFact(index, source)),
      types: outline.typeFacts(source),
      constants: constants.facts(),
      imports: this.imports,
      spans: inOrder(this.spans).map((fact) => ({ ...fact, function: renumber(fact.function) })),
      tracerNames: distinct(this.tracerNames),
      routes: inOrder(this.routes).map((fact) => ({ ...fact, handler: handler(fact.handler) })),
      mounts: inOrder(this.mounts),
      rpcs: inOrder(this.rpcs).map((fact) => ({ ...fact, handler: handler(fact.handler) })),
      messages: inOrder(this.messages).map((fact) => ({ ...fact, handler: handler(fact.handler) })),
      httpCalls: inOrder(this.httpCalls).map((fact) => ({ ...fact, function: renumber(fact.function) })),
      serviceNames: distinct(this.serviceNames),
    };
  }

  /** Old index → new index; -1 for an anonymous function that is dropped. */
  private keptFunctions(outline: Outline): number[] {
    const used = new Set<number>();
    for (const fact of [...this.spans, ...this.httpCalls]) used.add(fact.function);
    for (const { handler } of [...this.routes, ...this.rpcs, ...this.messages]) {
      if (handler.kind === 'function') used.add(handler.function);
    }
    let next = 0;
    return Array.from({ length: outline.functionCount }, (_, index) =>
      outline.draft(index)?.name !== '' || used.has(index) ? next++ : -1,
    );
  }
}

function inOrder<T extends { readonly range: Range0 }>(facts: readonly T[]): T[] {
  return [...facts].sort((a, b) => a.range.startLine - b.range.startLine || a.range.startColumn - b.range.startColumn);
}

function distinct(facts: readonly TextFact[]): TextFact[] {
  const seen = new Map(facts.map((fact) => [JSON.stringify(fact), fact]));
  return [...seen.values()];
}
