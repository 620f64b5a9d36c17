import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { loadMessages } from '../../../../src/traces/otlp/messages';
import { projectRoot } from '../../cacheFolder';
import { encodeJson } from '../../otlpSpans';
import type { Attribute, OtlpTraces } from './otlpTraces';
import { placedSpans } from './otlpTraces';
import { shopTraces } from './shopTraces';

/**
 * What is written to every server, and so the truth for what is read back: the shop's traces and what real SDKs of Go,
 * Java and Python were recorded to send, moved to about `nowNs` (nanoseconds since the epoch). All lie between 31
 * minutes and one minute before it. The same moment gives the same traces.
 */
export function sentTraces(nowNs: bigint): OtlpTraces {
  const shop = JSON.parse(encodeJson(...shopTraces(nowNs))) as OtlpTraces;
  const recorded = recordedFiles().map((file) => moved(decode(file), nowNs - 120_000_000_000n));
  return { resourceSpans: [...shop.resourceSpans, ...recorded.flatMap(({ resourceSpans }) => resourceSpans)] };
}

/** One of each language: the other transport carried the same. */
function recordedFiles(): string[] {
  const folder = path.join(projectRoot, 'test', 'fixtures', 'otlp');
  const names = readdirSync(folder).filter((name) => name.endsWith('-http.bin'));
  return names.sort().map((name) => path.join(folder, name));
}

type Plain = { readonly [key: string]: unknown };

/** A recorded request in OTLP/JSON, which has other ids and enumerations than protobuf's own JSON. */
function decode(file: string): OtlpTraces {
  const message = loadMessages().trace.v1.TracesData.decode(readFileSync(file));
  const list = (value: unknown): Plain[] => (value ?? []) as Plain[];
  const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'].map((k) => `SPAN_KIND_${k}`);
  const codes = ['UNSET', 'OK', 'ERROR'].map((code) => `STATUS_CODE_${code}`);
  const hex = (base64: unknown): string => Buffer.from(base64 as string, 'base64').toString('hex');
  const attributes = (of: Plain): Attribute[] => list(of['attributes']) as unknown as Attribute[];
  const resourceSpans = list(message.toJSON()['resourceSpans']).map((resource) => ({
    resource: { attributes: attributes((resource['resource'] ?? {}) as Plain) },
    scopeSpans: list(resource['scopeSpans']).map((scope) => ({
      scope: { name: '', version: '', ...(scope['scope'] as Plain) },
      spans: list(scope['spans']).map((span) => {
        const status = (span['status'] ?? {}) as Plain;
        return {
          ...(span as { name: string; startTimeUnixNano: string; endTimeUnixNano: string; flags?: number }),
          traceId: hex(span['traceId']),
          spanId: hex(span['spanId']),
          ...(span['parentSpanId'] === undefined ? {} : { parentSpanId: hex(span['parentSpanId']) }),
          traceState: (span['traceState'] ?? '') as string,
          kind: Math.max(0, kinds.indexOf(span['kind'] as string)),
          attributes: attributes(span),
          events: list(span['events']).map((event) => ({
            timeUnixNano: event['timeUnixNano'] as string,
            name: event['name'] as string,
            attributes: attributes(event),
          })),
          links: list(span['links']).map((link) => ({
            traceId: hex(link['traceId']),
            spanId: hex(link['spanId']),
            attributes: attributes(link),
          })),
          status: {
            code: Math.max(0, codes.indexOf(status['code'] as string)),
            ...(status['message'] === undefined ? {} : { message: status['message'] as string }),
          },
        };
      }),
    })),
  }));
  return { resourceSpans };
}

/** The same spans with their last end at `endNs`, and trace ids that begin with the second it lies in. */
export function moved(traces: OtlpTraces, endNs: bigint): OtlpTraces {
  const spans = placedSpans(traces).map(({ span }) => span);
  const last = spans.map((span) => BigInt(span.endTimeUnixNano)).reduce((a, b) => (a > b ? a : b));
  const time = (ns: string): string => String(BigInt(ns) + endNs - last);
  const known = new Set(spans.map((span) => span.traceId));
  const seconds = (endNs / 1_000_000_000n).toString(16).padStart(8, '0');
  const id = (traceId: string): string => (known.has(traceId) ? seconds + traceId.slice(8) : traceId);
  const resourceSpans = traces.resourceSpans.map((resource) => ({
    ...resource,
    scopeSpans: resource.scopeSpans.map((scope) => ({
      ...scope,
      spans: scope.spans.map((span) => ({
        ...span,
        traceId: id(span.traceId),
        startTimeUnixNano: time(span.startTimeUnixNano),
        endTimeUnixNano: time(span.endTimeUnixNano),
        events: span.events.map((event) => ({ ...event, timeUnixNano: time(event.timeUnixNano) })),
        links: span.links.map((link) => ({ ...link, traceId: id(link.traceId) })),
      })),
    })),
  }));
  return { resourceSpans };
}
