import type { Expression } from '../../syntax/code/expression';
import type { FunctionPlace } from '../code/program';
import { dotted } from '../code/names';
import { expressionsIn, expressionsOf } from '../code/walk';
import type { LintSettings } from '../lintSettings';
import type { PythonCode, Site } from './pythonCode';

/** Names that put a trace context into a carrier, whoever they belong to. */
const INJECTS =
  /(^|[._])(inject|inject_context|propagate\.inject|inject_(trace|tracing|otel|span|headers|current|telemetry|w3c)\w*|(add|get|build|make|create|with|attach|set)_(trace|tracing|otel|propagation|trace_context|traceparent|w3c)_?(headers?|context|carrier|parent|metadata|attributes)?|trace(_context)?_headers|tracing_headers|otel_headers|_?message_attributes|propagat(e|ion)_headers)$/i;

/** Texts that only hand-made propagation has. */
const TRACE_HEADER = /^(traceparent|b3|x-b3-traceid|uber-trace-id|x-cloud-trace-context|sentry-trace)$/i;

/** Whether functions put the context into what they send, themselves or up to two calls further. */
export class Injection {
  private readonly known = new Map<string, boolean>();

  constructor(
    private readonly code: PythonCode,
    private readonly settings: LintSettings,
  ) {}

  /** The function injects, or one that it calls or passes on. */
  in(place: FunctionPlace, levels = 2): boolean {
    const { source, function: fn } = place;
    const key = `${source.path}#${fn.id}/${levels}`;
    const before = this.known.get(key);
    if (before !== undefined) return before;
    // Functions that call each other: not found on the way round.
    this.known.set(key, false);
    const found = this.look(place, levels);
    this.known.set(key, found);
    return found;
  }

  /** The context is put into the call at a site by hand: in its function, one around it, or what its arguments name. */
  at(site: Site): boolean {
    const { source, function: fn, call } = site;
    if (this.in({ source, function: fn })) return true;
    for (const around of source.around(fn)) {
      if (around.id !== 0 && this.in({ source, function: around }, 1)) return true;
    }
    return call.args.some(({ value }) => this.inExpression(site, value));
  }

  /** A file that injects anywhere. */
  inFile(source: Site['source']): boolean {
    return source.code.functions.some((fn) => this.in({ source, function: fn }, 0));
  }

  private look({ source, function: fn }: FunctionPlace, levels: number): boolean {
    for (const expression of expressionsIn(fn.body)) {
      if (expression.kind === 'call' && this.isInjection(expression.callee)) return true;
      if (expression.kind === 'text' && TRACE_HEADER.test(expression.value ?? '')) return true;
      if (expression.kind === 'function' && levels > 0) {
        const inner = source.code.functions[expression.function]!;
        if (this.in({ source, function: inner }, levels - 1)) return true;
      }
    }
    if (levels === 0) return false;
    return this.code
      .sitesOf(source, fn)
      .some(({ call }) =>
        this.code.names.functionsOf(source, fn, call.callee).some((callee) => this.in(callee, levels - 1)),
      );
  }

  private isInjection(callee: Expression): boolean {
    const name = dotted(callee) ?? (callee.kind === 'member' ? callee.name : '');
    if (name === '') return false;
    return INJECTS.test(name) || this.settings.injectHelpers.some((helper) => name.endsWith(helper));
  }

  private inExpression({ source, function: fn }: Site, value: Expression): boolean {
    for (const part of expressionsOf(value)) {
      if (part.kind !== 'name' && part.kind !== 'member') continue;
      const functions = this.code.names.functionsOf(source, fn, part);
      if (functions.some((place) => this.in(place, 1))) return true;
    }
    return false;
  }
}
