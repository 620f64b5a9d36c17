import type { Fix } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Piece } from '../../../syntax/code/piece';
import type { SourceCode } from '../../code/sourceCode';
import { statementsIn } from '../../code/walk';
import type { ProcessUnit } from '../../project/processUnit';
import type { Value } from '../values/values';
import { indentAt, insertAt, newlineOf } from './edits';
import { importPackage, mergeEdits } from './imports';
import { withModule } from './requireModule';

const OTELHTTP = 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp';

/** A reverse proxy as it is made. */
export interface MadeProxy {
  readonly source: SourceCode;
  readonly function: CodeFunction;
  readonly piece: Piece;
  /** What it is kept in, as it is written: `proxy`, `s.proxy`. */
  readonly holder: string | undefined;
  readonly transport: Value | undefined;
}

/** Wraps the transport of a reverse proxy, or gives it one. */
export function plainProxyFix(unit: ProcessUnit, { source, function: fn, piece, holder, transport }: MadeProxy): Fix[] {
  const otelhttp = importPackage(source, OTELHTTP, 'otelhttp');
  const wrap = `${otelhttp.name}.NewTransport`;
  const edits = [...otelhttp.edits];
  if (transport !== undefined) {
    if (transport.source !== source) return [];
    const { start, end } = transport.expression;
    edits.push(insertAt(source, start, `${wrap}(`), insertAt(source, end, ')'));
  } else {
    const made = [...statementsIn(fn.body)].find(
      (one) => one.kind === 'assign' && one.start <= piece.start && one.end >= piece.end,
    );
    if (made === undefined || holder === undefined) return [];
    const http = importPackage(source, 'net/http', 'http');
    const line = `${newlineOf(source)}${indentAt(source, made.start)}${holder}.Transport = ${wrap}(${http.name}.DefaultTransport)`;
    edits.push(...http.edits, insertAt(source, made.end, line));
  }
  const title = 'Send the trace context with otelhttp.NewTransport';
  return [withModule(unit, source.path, OTELHTTP, { title, edits: mergeEdits(edits) })];
}
