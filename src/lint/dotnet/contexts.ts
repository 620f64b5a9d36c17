import type { CodeType } from '../../syntax/code/code';
import type { FunctionPlace } from '../code/program';
import type { SourceCode } from '../code/sourceCode';
import { lastName, plainType, textWithoutComments, type DotnetCode, type Site } from './dotnetCode';
import { calledFunctions } from './types';

/** Code that puts a context into a message or its payload. */
const INJECTS =
  /\b\w*Inject\w*\s*(<[^<>]*>)?\(|trace[-_]?parent|Activity\.Current\b\s*[?!]?\s*\.\s*(Id|Context|ParentId|RootId|TraceParent)\b|Activity\.Current\b\s*\?\?|\bactivity\w*\s*[?!]?\s*\.\s*(Id|Context)\b|\bPropagationContext|\bPropagator\b|TraceContext|\bTraceHeader\b|ActivityContext\b|Diagnostic-?Id|\b\w*(Add|Set|Append|Write|With|Enrich|Create|Build|Get)\w*(Trac(e|ing)|Activity|Telemetry|Propagation|Correlation)\w*(Header|Context|Attribute|Metadata|Propert)\w*\s*(<[^<>]*>)?\(/i;
/** Ids of a trace in headers of a name of one's own: somebody reads them. */
const OWN_HEADERS =
  /headers?\w*\s*[?!]?\s*(\.\s*(Try)?(Add|Set)\w*\(|\[)\s*"(x-)?(trace|span|parent-?span)[-_]?id"|new Header\(\s*"(x-)?(trace|span)[-_]?id"/i;
/** `foreach (var h in message.Headers) … headers[h.Key]`, `Headers = item.Headers`, `Headers = Copy(item.Headers)`: their holder is the group. */
const HELD =
  /\bforeach\s*\([^)]*?\bin\s+(\w+)[!?]?\.[\w.!?]+\)[^]{0,300}?(?:Headers|Properties|Attributes)\b[^;]*?\w\.Key\b|\bHeaders\s*=\s*(?:(?:new\b[^;(]*|(?:\w+\.)*\w+)\(\s*)?(\w+)[!?]?\.(?:\w+[!?]?\.)*(?:\w*Headers|Metadata|Entries)\b/g;
/** All headers of a message, gone through or taken over: whoever gets them may read the context. */
const TAKES_ALL =
  /\bin\s+[\w.!?]*\bHeaders\b\s*\)|\bHeaders\s*[?!]?\s*\.\s*(ToList|ToArray|ToDictionary|Select|Where|ForEach|Aggregate)\b|\bHeaders\s*=\s*[^;,]*\.Headers\b/;
/** The same in who calls it; types of contexts alone may also belong to what a caller has read. */
const HANDS_IN =
  /\bInject\w*\s*(<[^<>]*>)?\(|Activity\.Current\b\s*[?!]?\s*\.\s*(Id|Context|TraceParent)\b|\bactivity\w*\s*[?!]?\s*\.\s*(Id|Context)\b|trace[-_]?parent|\b\w*(Add|Set|Append|With|Enrich)\w*(Trac(e|ing)|Activity|Telemetry|Propagation)\w*(Header|Context)\w*\s*\(/i;
/** Code that takes one out, or links to one. */
const EXTRACTS =
  /\b\w*Extract\w*\s*(<[^<>]*>)?\(|trace[-_]?parent|ActivityLink|ActivityContext\b|\bPropagationContext|parentContext|parentId\s*:|SetParentId|TraceContext|Diagnostic-?Id/i;
/** A property of a message that carries the context. */
const CARRIES =
  /^(TraceParent|TraceParentId|TraceContext|TraceState|TraceHeaders|TraceId|TracingContext|ActivityId|ActivityContext|ParentActivityId|SpanContext|PropagationContext|PropagationHeaders|DiagnosticId|TelemetryContext|OpenTelemetryContext)$/i;
/** Classes (not interfaces) that wrap what is sent, and may carry more than the text shows. */
const WRAPS =
  /^(?!I[A-Z])\w*(Message|Envelope|Base|Packet|Wrapper|CloudEvent|(Integration|Domain)Event|EventData|OutboxEntry)$|^Base[A-Z]/;
/** What an extension that is not among the files may do: its name, or what it is given, says so. */
const OF_TRACES = /trac|telemetr|activity|span|propagat|diagnos|correlat/i;
const MAX_LEVELS = 2;

type Way = 'inject' | 'extract';

/** Which functions hand trace contexts on, themselves or through those they call. */
export class Contexts {
  private readonly known = new Map<string, boolean>();
  private readonly texts = new Map<object, string>();

  constructor(private readonly code: DotnetCode) {}

  /**
   * Whether a function, those it calls or those that call it (two levels either way) put a context into what is sent, or it
   * is made of a type that carries one.
   */
  injects(place: FunctionPlace): boolean {
    return this.below(place, 'inject', MAX_LEVELS) || this.above(place, MAX_LEVELS);
  }

  /** Whether a function itself, or those it calls (two levels), put a context into what is sent. */
  injectsBelow(place: FunctionPlace): boolean {
    return this.below(place, 'inject', MAX_LEVELS);
  }

  /** Whether a function, or those it calls (three levels), take a context out or link to one. */
  extracts(place: FunctionPlace): boolean {
    return this.below(place, 'extract', MAX_LEVELS + 1);
  }

  /**
   * Whether a function copies headers that something else holds, a received message or one that was kept: what is in them
   * cannot be known. What is configured once is no message's.
   */
  copiesHeaders({ source, function: fn }: FunctionPlace): boolean {
    const text = this.textOf(source, fn);
    const held = [...text.matchAll(HELD)].map((match) => match[1] ?? match[2] ?? '');
    return held.some((root) => !/^_?\w*(options|config\w*|settings|defaults?)$/i.test(root));
  }

  /** Whether a function takes all headers of what it receives over, for others to read. */
  takesHeadersOver({ source, function: fn }: FunctionPlace): boolean {
    return TAKES_ALL.test(this.textOf(source, fn));
  }

  /** Whether a text puts a context into something. */
  injectsItself(text: string): boolean {
    return INJECTS.test(text);
  }

  /** Whether a function gets, makes or reads something of a type with a property that carries the context. */
  handlesCarrier(place: FunctionPlace): boolean {
    const given = place.function.parameters.flatMap(({ type }) =>
      type === undefined ? [] : [type, ...(this.boundsOf(place, plainType(type)) ?? [])],
    );
    const sites = this.code.sitesWithin(place);
    const made = sites.flatMap(({ call, name }) => (call.isNew ? name : []));
    const read = sites.flatMap(({ call, name }) => (/^Deserialize/.test(name) ? (call.typeArguments ?? []) : []));
    return [...given, ...made, ...read].some((type) => this.isCarrier(type));
  }

  /** Whether a type, by its name or as the argument of another, has a property that carries a context. */
  isCarrier(written: string | undefined): boolean {
    if (written === undefined) return false;
    const names = written.match(/[\p{L}_]\w*/gu) ?? [];
    return names.some((name) => this.code.program.typesNamed(name).some(({ type }) => this.hasCarryingField(type, 2)));
  }

  /**
   * Whether a function is given something to send whose class is not among the files, but wraps messages by its name: it may
   * carry a context.
   */
  isGivenUnseen(place: FunctionPlace): boolean {
    return place.function.parameters.some(({ type = '' }) => {
      const name = plainType(type);
      if (type.includes('<')) return false;
      const bounds = this.boundsOf(place, name) ?? [name];
      return bounds.some((one) => WRAPS.test(one) && this.code.program.typesNamed(one).length === 0);
    });
  }

  /** What a type parameter of a function or its class is bound to be: `where TEvent : IntegrationEvent`; undefined for a type. */
  private boundsOf({ source, function: fn }: FunctionPlace, name: string): readonly string[] | undefined {
    if (!/^T([A-Z]\w*)?$/.test(name) || this.code.program.typesNamed(name).length > 0) return undefined;
    const type = source.typeOf(fn);
    const declared = [source.textOf(fn), ...(type === undefined ? [] : [source.textOf(type)])];
    const isParameter = declared.some((text) => new RegExp(`^[^{(]*<[^>(]*\\b${name}\\b[^>(]*>`).test(text));
    if (!isParameter) return undefined;
    const where = new RegExp(`\\bwhere\\s+${name}\\s*:\\s*([^{=]*?)\\s*(?:\\bwhere\\b|=>|[{;])`);
    return declared.flatMap((text) => where.exec(text)?.[1]?.split(',') ?? []).map((one) => plainType(one.trim()));
  }

  /** Whether a call is made of others that are not among the files and may put a context in: `properties.SetTelemetry(activity)`. */
  isMadeUnseen({ source, function: fn, call }: Site): boolean {
    return source
      .callsIn(fn)
      .filter((inner) => inner !== call && inner.start >= call.start && inner.end <= call.end && inner.isNew !== true)
      .some((inner) => {
        const name = lastName(inner.callee);
        const given = inner.args.map(({ value }) => source.textOf(value)).join(' ');
        return OF_TRACES.test(`${name} ${given}`) && this.code.program.functionsNamed(name).length === 0;
      });
  }

  private hasCarryingField(type: CodeType, levels: number): boolean {
    if (type.fields.some((field) => CARRIES.test(field.name))) return true;
    if (levels === 0) return false;
    const related = [...type.bases, ...type.fields.flatMap((field) => field.type ?? [])];
    return related
      .flatMap((name) => this.code.program.typesNamed(plainType(name)))
      .some((place) => this.hasCarryingField(place.type, levels - 1));
  }

  private below(place: FunctionPlace, way: Way, levels: number): boolean {
    const key = `${place.source.path}#${place.function.id}#${way}#${levels}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    this.known.set(key, false);
    const found =
      this.isOne(place, way) ||
      (levels > 0 &&
        this.code
          .sitesWithin(place)
          .some(
            (site) =>
              this.isHelper(site, way) ||
              calledFunctions(this.code, site).some((called) => this.below(called, way, levels - 1)),
          ));
    this.known.set(key, found);
    return found;
  }

  private above(place: FunctionPlace, levels: number): boolean {
    if (levels === 0) return false;
    const callers = this.code.callersOf(place).map((site) => this.code.outermost(site));
    return callers
      .filter((one) => one.function.id !== 0)
      .slice(0, 40)
      .some((one) => HANDS_IN.test(this.textOf(one.source, one.function)) || this.above(one, levels - 1));
  }

  private isOne({ source, function: fn }: FunctionPlace, way: Way): boolean {
    const text = this.textOf(source, fn);
    return way === 'inject' ? INJECTS.test(text) || OWN_HEADERS.test(text) : EXTRACTS.test(text);
  }

  private isHelper({ source, call }: Site, way: Way): boolean {
    const { settings } = this.code.code;
    const helpers = way === 'inject' ? settings.injectHelpers : settings.extractHelpers;
    if (helpers.length === 0) return false;
    const written = source.textOf(call.callee);
    return helpers.some((helper) => written === helper || written.endsWith(`.${helper}`));
  }

  private textOf(source: SourceCode, fn: FunctionPlace['function']): string {
    let text = this.texts.get(fn);
    if (text === undefined) this.texts.set(fn, (text = textWithoutComments(source, fn)));
    return text;
  }
}
