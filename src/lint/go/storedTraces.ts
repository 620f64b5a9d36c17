import type { CodeFunction } from '../../syntax/code/code';
import type { SourceCode } from '../code/sourceCode';
import { calledName, type CallPlace, type GoUnit } from './goUnit';
import { elementOf, type GoType } from './values/goType';

/** A field for the trace of whoever made what holds it, by its name and by a type that such fits in. */
const KEEPS_TRACE =
  /^(trace_?(parent|carrier|context|headers)|span_?context|otel_?(carrier|context|headers)|propagation_?(carrier|headers|context))$/i;
const HOLDS_TRACE =
  /^\*?(string|sql\.NullString|\[\]byte|json\.RawMessage|propagation\.MapCarrier|map\[string\](string|any|interface ?\{\}))$/;
/** The same in a text, so that no type is looked at where none has such a field. */
const MENTIONS =
  /\b(trace_?(parent|carrier|context|headers)|span_?context|otel_?(carrier|context|headers)|propagation_?(carrier|headers|context))\s+[*[\w]/i;
/** What fills a value with what was stored or sent. */
const FILLS = /^(Unmarshal|UnmarshalJSON|Decode|DecodeMsgpack|Scan|Bind)$/;

/**
 * Values that were stored or sent together with the trace of who did it, and that are worked on without it: a field such as
 * `TraceParent` that nothing in the process reads.
 */
export class StoredTraces {
  private readonly known = new Map<string, string | undefined>();
  private mentioned: boolean | undefined;

  constructor(private readonly unit: GoUnit) {}

  /** The field of a struct of the workspace that keeps a trace nobody reads. */
  unreadIn(type: GoType | undefined): string | undefined {
    const named = type?.shape === 'list' ? elementOf(type) : type;
    if (named?.shape !== 'named' || !this.isAnywhere()) return undefined;
    const key = named.qualified;
    if (!this.known.has(key)) this.known.set(key, this.findUnread(named));
    return this.known.get(key);
  }

  /** The field of what a function is given that keeps a trace nobody reads: `publish(ctx, event *Event)`, `[]Event`. */
  unreadOf(source: SourceCode, fn: CodeFunction): string | undefined {
    if (!this.isAnywhere()) return undefined;
    for (const { type } of fn.parameters) {
      const found = type === undefined ? undefined : this.unreadIn(this.unit.types.written(source, type));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Where a function takes such a value out of bytes or rows, itself or by a function that gives it. */
  taken(source: SourceCode, fn: CodeFunction): { readonly place: CallPlace; readonly field: string } | undefined {
    if (!this.isAnywhere()) return undefined;
    for (const inner of source.within(fn)) {
      for (const call of source.callsIn(inner)) {
        const place = { source, function: inner, call };
        const field = this.unreadIn(this.filledBy(place));
        if (field !== undefined) return { place, field };
      }
    }
    return undefined;
  }

  private filledBy(place: CallPlace): GoType | undefined {
    const { source, function: fn, call } = place;
    if (FILLS.test(calledName(call) ?? '')) {
      const filled = call.args.find(({ value }) => value.kind === 'unary' && value.operator === '&');
      return filled && this.unit.types.typeOf(source, fn, filled.value);
    }
    const callee = this.unit.callee(place);
    if (callee.kind !== 'own') return undefined;
    const fills = callee.places.some((one) =>
      one.source.callsIn(one.function).some((inner) => FILLS.test(calledName(inner) ?? '')),
    );
    return fills ? this.unit.types.typeOf(source, fn, call) : undefined;
  }

  private isAnywhere(): boolean {
    return (this.mentioned ??= this.unit.code.program.sources.some((source) => source.has(MENTIONS)));
  }

  private findUnread(type: GoType): string | undefined {
    const declared = this.unit.types.declarationOf(type);
    if (declared === undefined || declared.type.kind === 'interface') return undefined;
    const fields = declared.type.fields.filter(
      (field) => KEEPS_TRACE.test(field.name) && HOLDS_TRACE.test(field.type ?? ''),
    );
    return fields.find(({ name }) => !this.isRead(name))?.name;
  }

  /** Read anywhere in the process, by its name, its getter or the names of its columns and keys. */
  private isRead(field: string): boolean {
    const reads = new RegExp(`\\.(Get)?${field}\\b(?!\\s*=[^=])`);
    const key = field.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
    const asKey = new RegExp(`\\[["\`](${field}|${key}|${key.replace(/_/g, '')})["\`]\\]`, 'i');
    return this.unit.code.program.sources.some((source) => source.has(reads) || source.has(asKey));
  }
}
