import type { Finding } from '../../../model/finding';
import { qualified } from '../../code/names';
import { isForeign } from '../../code/thirdParty';
import { answererOf } from '../destinations';
import { asFindingEvidence, firstLine } from '../evidenceAt';
import { libraryEvidence } from '../libraryEvidence';
import { findingAt } from '../../report';
import type { NodeCode } from '../nodeCode';
import { entryOf, possibleValues } from '../values';
import { atEachCall, type CallIn } from '../calls';

const NAMED = /connect-node['"]/;
const MODULE = /^@(?:connectrpc|bufbuild)\/connect-node\./;

/** Instrumentations of Connect that users write or install; each may cover its clients. */
const OWN =
  /new\s+\w*Connect(?:Rpc|Node)\w*Instrumentation|connect(?:rpc)?-(?:otel|opentelemetry)|instrumentation-connectrpc/i;

/**
 * Rule 10 for Connect's clients over HTTP/2, which no instrumentation covers (over HTTP/1.1 they go through `http`): a
 * transport without interceptors, which alone could inject. See https://github.com/connectrpc/connect-es/issues/523.
 */
export function connectFindings(node: NodeCode): Finding[] {
  if (!node.isTraced || node.tracing.distribution !== undefined) return [];
  const { sources } = node.program;
  if (!sources.some((source) => source.has(NAMED)) || sources.some((source) => source.has(OWN))) return [];
  return atEachCall(node.inNodeWith(NAMED), (at) =>
    isBare(node, at)
      ? findingAt('JS-UNCOVERED-LIB', at.source, firstLine(at.source, at.call), {
          severity: 'warning',
          message:
            'No instrumentation covers HTTP/2, and this transport has no interceptor that injects: calls through it carry no trace context.',
          evidence: asFindingEvidence(libraryEvidence(node, moduleOf(at), at.source)),
        })
      : undefined,
  );
}

/** `@connectrpc/connect-node` */
function moduleOf({ source, function: fn, call }: CallIn): string {
  const name = qualified(source, fn, call.callee) ?? '';
  return name.slice(0, Math.max(0, name.lastIndexOf('.')));
}

function isBare(node: NodeCode, { source, function: fn, call }: CallIn): boolean {
  const name = qualified(source, fn, call.callee) ?? '';
  if (!MODULE.test(name)) return false;
  const isGrpc = name.endsWith('.createGrpcTransport');
  if (!isGrpc && !/\.create(Connect|GrpcWeb)Transport$/.test(name)) return false;
  const [given] = call.args;
  if (given === undefined) return false;
  const values = possibleValues(node.program, { source, function: fn, expression: given.value });
  return values.every(({ source: at, function: around, expression }) => {
    if (expression.kind !== 'object' || expression.entries.some(({ spread }) => spread === true)) return false;
    if (entryOf(expression, 'interceptors') !== undefined) return false;
    const version = entryOf(expression, 'httpVersion')?.value;
    const isHttp2 = version === undefined ? isGrpc : version.kind === 'text' && version.value === '2';
    const base = entryOf(expression, 'baseUrl')?.value;
    if (!isHttp2 || base === undefined) return false;
    const answerer = answererOf(node.program, { source: at, function: around, expression: base });
    return answerer !== 'relative' && !isForeign(answerer);
  });
}
