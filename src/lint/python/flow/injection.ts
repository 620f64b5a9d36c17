import type { CodeFunction } from '../../../syntax/code/code';
import type { Expression } from '../../../syntax/code/expression';
import { dotted } from '../../code/names';
import type { FunctionPlace } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import { expressionsIn, expressionsOf } from '../../code/walk';
import type { LintSettings } from '../../lintSettings';
import type { PythonCode, Site } from '../names/pythonCode';
import { Reaches } from '../names/reaches';
import { classesOf } from '../names/classes';
import { isHandedIn } from './handedHeaders';

/** Names that put a trace context into a carrier, whoever they belong to. */
const INJECTS =
  /(^|[._])(inject|inject_context|inject_(trace|tracing|otel|span|headers|current|telemetry|w3c)\w*|(add|get|build|make|create|with|attach|set|current)_(trace|tracing|otel|propagation|trace_context|traceparent|w3c)_?(headers?|context|carrier|parent|metadata|attributes)?|trace(_context)?_headers|tracing_headers|otel_headers|_?message_attributes|propagat(e|ion)_headers)$/i;

/** Texts that only hand-made propagation has. */
const TRACE_HEADER = /^(traceparent|b3|x-b3-traceid|uber-trace-id|x-cloud-trace-context|sentry-trace)$/i;

/** The arguments that a context goes out in. */
const CARRIERS = /(^|_)(headers|metadata|attributes)$/i;

/** `request.headers`, a copy of them, or all but some: `{k: v for k, v in request.headers.items() if k not in HOP_BY_HOP}`. */
function isIncomingText(text: string): boolean {
  if (/^(dict\()?(self\.)?req(uest)?\.headers(\)|\.copy\(\))?$/.test(text)) return true;
  if (!/^[{[(].*\bfor\b.*\bin\s+(self\.)?req(uest)?\.headers\b/s.test(text)) return false;
  const condition = /\bheaders\b[^}]*?\bif\b(.*)$/s.exec(text)?.[1];
  return condition === undefined || /\bnot\b|!=/.test(condition);
}

/** Whether functions put the context into what they send, themselves or up to two calls further. */
export class Injection {
  private readonly reaches: Reaches;

  constructor(
    private readonly code: PythonCode,
    private readonly settings: LintSettings,
  ) {
    this.reaches = new Reaches(code, (source, fn) => this.does(source, fn));
  }

  /** The function injects, or one that it calls. */
  in(place: FunctionPlace, levels = 2): boolean {
    return this.reaches.in(place, levels);
  }

  /** The context is put into the call at a site by hand: in its function, one around it, or what its arguments name. */
  at(site: Site): boolean {
    const { source, function: fn, call } = site;
    if (this.in({ source, function: fn })) return true;
    for (const around of source.around(fn)) {
      if (around.id !== 0 && this.in({ source, function: around }, 1)) return true;
    }
    return (
      this.byDecorator(site) ||
      this.isHanded(site) ||
      call.args.some(
        ({ name, value }) =>
          this.namesInjecting(source, fn, value) || (name === 'headers' && this.isIncoming(site, value)),
      )
    );
  }

  /**
   * The context is put into the message sent at a site, in its headers or in what it says: as in {@link at}, by a caller that
   * gives it the message, or by the class that a part of it is made by.
   */
  inMessage(site: Site): boolean {
    const { source, function: fn, call } = site;
    return (
      this.at(site) ||
      call.args.some(
        ({ value }) =>
          this.isMadeByInjecting(site, value) ||
          isHandedIn(this.code, { source, function: fn }, value, (one) => this.in(one, 1)),
      )
    );
  }

  /** `@traced` over the function, which wraps it in one that injects. */
  private byDecorator({ source, function: fn }: Site): boolean {
    return [fn, ...source.around(fn)].some((one) =>
      one.annotations.some((mark) =>
        this.code
          .functionsOf(source, fn, mark.kind === 'call' ? mark.callee : mark, true)
          .some((place) => this.in(place, 1)),
      ),
    );
  }

  /** `with traced(topic) as headers`, `event: Event`: a class of the project that injects in a method or for a field. */
  private isMadeByInjecting({ source, function: fn }: Site, value: Expression): boolean {
    const names = [...expressionsOf(value)].filter(({ kind }) => kind === 'name');
    return names
      .flatMap((name) => classesOf(this.code, source, fn, name))
      .flatMap((name) => this.code.program.typesNamed(name.slice(name.lastIndexOf('.') + 1)))
      .some(({ source: at, type }) => {
        const methods = at.code.functions.filter((one) => one.type === type.id);
        if (methods.some((method) => this.in({ source: at, function: method }, 1))) return true;
        const around = at.code.functions[type.function]!;
        return type.fields.some((field) => field.value && this.namesInjecting(at, around, field.value));
      });
  }

  /** The headers of a call come from callers who put the context into them. */
  isHanded({ source, function: fn, call }: Site): boolean {
    return call.args.some(
      ({ name, value }) =>
        CARRIERS.test(name ?? '') && isHandedIn(this.code, { source, function: fn }, value, (one) => this.in(one, 1)),
    );
  }

  /** The headers of the request that is being answered, passed on as they are: its trace goes on, if not its last span. */
  private isIncoming({ source, function: fn }: Site, headers: Expression): boolean {
    const values =
      headers.kind === 'name' ? this.code.names.valuesOf(source, fn, headers).map(({ value }) => value) : [headers];
    return values.some((value) => isIncomingText(source.textOf(value)));
  }

  /** A file that injects anywhere. */
  inFile(source: SourceCode): boolean {
    return source.code.functions.some((fn) => this.does(source, fn));
  }

  private does(_: SourceCode, fn: CodeFunction): boolean {
    for (const expression of expressionsIn(fn.body)) {
      if (expression.kind === 'call' && this.isInjection(expression.callee)) return true;
      if (expression.kind === 'text' && TRACE_HEADER.test(expression.value ?? '')) return true;
      // `{"traceparent": …}`
      if (expression.kind === 'object' && expression.entries.some(({ key }) => TRACE_HEADER.test(key ?? '')))
        return true;
    }
    return false;
  }

  private isInjection(callee: Expression): boolean {
    const name = dotted(callee) ?? (callee.kind === 'member' ? callee.name : '');
    if (name === '') return false;
    return INJECTS.test(name) || this.settings.injectHelpers.some((helper) => name.endsWith(helper));
  }

  private namesInjecting(source: SourceCode, fn: CodeFunction, value: Expression): boolean {
    for (const part of expressionsOf(value)) {
      if (part.kind !== 'name' && part.kind !== 'member') continue;
      if (this.code.functionsOf(source, fn, part).some((place) => this.in(place, 1))) return true;
    }
    return false;
  }
}
