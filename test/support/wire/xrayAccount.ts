import assert from 'node:assert/strict';
import { AwsV4Signer } from 'aws4fetch';
import { AwsCredentialSource } from '../../../src/traces/backends/aws/awsCredentials';
import type { BackendConfig } from '../../../src/traces/backends/backendConfig';
import { filterTraces, placedSpans, spansByTrace, type OtlpTraces, type PlacedSpan } from '../servers/data/otlpTraces';
import { xraySegment } from '../servers/data/xraySegments';
import type { TestSecrets } from './backendBed';

/** The most documents in one request. */
const SEGMENTS_AT_ONCE = 25;

/**
 * Those traces that AWS itself takes, as this run alone has them: X-Ray reads the time out of the first eight digits of an
 * id, and keeps what it has. They begin with a request, as those of an application behind a load balancer do.
 */
export function xrayTracesOfRun(traces: OtlpTraces, salt: number): OtlpTraces {
  const byTrace = spansByTrace(traces);
  const isRequest = ({ span }: PlacedSpan): boolean => span.kind === 2 && span.parentSpanId === undefined;
  const chosen = filterTraces(traces, (id) => byTrace.get(id)?.filter(isRequest).length === 1);
  const id = (traceId: string): string => {
    const start = byTrace.get(traceId)!.find(isRequest)!.span.startTimeUnixNano;
    const seconds = (BigInt(start) / 1_000_000_000n).toString(16).padStart(8, '0');
    return `${seconds}${salt.toString(16).padStart(8, '0').slice(-8)}${traceId.slice(16)}`;
  };
  return {
    resourceSpans: chosen.resourceSpans.map(({ resource, scopeSpans }) => ({
      resource,
      scopeSpans: scopeSpans.map(({ scope, spans }) => ({
        scope,
        spans: spans.map((span) => ({ ...span, traceId: id(span.traceId), links: [] })),
      })),
    })),
  };
}

/** Writes traces to X-Ray, with the keys that a backend of this configuration would use. */
export async function putXraySegments(
  config: BackendConfig,
  region: string,
  secrets: TestSecrets,
  traces: OtlpTraces,
): Promise<string[]> {
  const documents = placedSpans(traces).map(xraySegment);
  const keys = await new AwsCredentialSource(config, secrets, process.env).get(AbortSignal.timeout(60_000));
  for (let at = 0; at < documents.length; at += SEGMENTS_AT_ONCE) {
    const body = JSON.stringify({ TraceSegmentDocuments: documents.slice(at, at + SEGMENTS_AT_ONCE) });
    const { accessKeyId, secretAccessKey, sessionToken } = keys;
    const signer = new AwsV4Signer({
      ...{ url: `${config.url}/TraceSegments`, method: 'POST', body, service: 'xray', region },
      ...{ accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    });
    const { url, headers } = await signer.sign();
    headers.set('content-type', 'application/json');
    const answer = await fetch(url, { method: 'POST', headers, body });
    const said = await answer.text();
    assert.equal(answer.status, 200, said.slice(0, 500));
    const { UnprocessedTraceSegments: refused = [] } = JSON.parse(said) as { UnprocessedTraceSegments?: unknown[] };
    assert.deepEqual(refused, []);
  }
  return documents;
}
