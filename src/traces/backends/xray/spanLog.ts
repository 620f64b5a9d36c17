import type { Logger } from '../../../base/logger';
import type { TraceId } from '../../../model/ids';
import type { TimeWindow } from '../../../model/time';
import { traceIdOf } from '../../formats/recordIds';
import { itemsOf, textOf } from '../../formats/recordValues';
import { isObject, type JsonObject } from '../../otlp/jsonFields';
import { BackendError } from '../backendError';
import type { FindQuery } from '../searchingBackend';
import type { BackendHttp } from '../transport/backendHttp';
import { pause } from '../transport/retry';
import { traceIdOfXray } from './xrayIds';

/** What a query names at most. */
const MAX_TRACES = 10_000;
/** How long a query may take, and the pauses between questions for it. */
const PATIENCE_MS = 60_000;
const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 2_000;
const STOP_MS = 5_000;

/** How {@link SpanLog} is set up. */
export interface SpanLogOptions {
  readonly http: BackendHttp;
  readonly logger: Logger;
  /** The backend's name and the address of CloudWatch Logs, for words. */
  readonly name: string;
  readonly address: string;
  /** `aws/spans`. */
  readonly logGroup: string;
  /** The first pause, in milliseconds; later ones are longer. */
  readonly firstPauseMs?: number;
}

/**
 * The log group in which CloudWatch Transaction Search keeps every span, of which X-Ray itself lists a few per cent. It is
 * asked by Logs Insights: a query is started, asked for until it is over, and stopped when nobody waits for it any more.
 */
export class SpanLog {
  constructor(private readonly options: SpanLogOptions) {}

  /** Traces with a span that may match, the latest first. @throws BackendError. */
  async traceIds(query: FindQuery, signal: AbortSignal): Promise<TraceId[]> {
    const results = await this.run(query.window, insightsQuery(query), signal);
    if (results.length >= MAX_TRACES) {
      this.options.logger.info(`${this.options.name}: the latest ${MAX_TRACES} traces that may match are looked into.`);
    }
    return results.flatMap((row) => {
      const cells = itemsOf(row).filter(isObject);
      const text = textOf(cells.find(({ field }) => field === 'traceId')?.value) ?? '';
      return traceIdOfXray(text) ?? traceIdOf(text) ?? [];
    });
  }

  private async run(window: TimeWindow, queryString: string, signal: AbortSignal): Promise<readonly unknown[]> {
    const [startTime, endTime] = [Number(window.from / 1_000_000_000n), Number(window.to / 1_000_000_000n) + 1];
    const logGroupNames = [this.options.logGroup];
    const { queryId } = await this.ask('StartQuery', { logGroupNames, startTime, endTime, queryString }, signal);
    let isOver = false;
    try {
      const { firstPauseMs = FIRST_PAUSE_MS } = this.options;
      let waitedMs = 0;
      for (let wait = firstPauseMs; ; wait = Math.min(wait * 2, MAX_PAUSE_MS)) {
        const { status, results } = await this.ask('GetQueryResults', { queryId }, signal);
        isOver = status !== 'Scheduled' && status !== 'Running';
        if (status === 'Complete') return itemsOf(results);
        if (isOver || waitedMs >= PATIENCE_MS) throw this.unfinished(String(status));
        await pause(wait, signal);
        waitedMs += wait;
      }
    } finally {
      if (!isOver) this.stop(queryId);
    }
  }

  private unfinished(status: string): BackendError {
    const { name, address, logGroup } = this.options;
    const isSlow = status === 'Running' || status === 'Scheduled' || status === 'Timeout';
    const message = isSlow
      ? `CloudWatch Logs did not find the spans of ${name} in ${logGroup} in time.`
      : `CloudWatch Logs did not end the query for ${name} (${status}).`;
    return new BackendError('timeout', message, address, 'Search a shorter time range, or by a service.');
  }

  /** Nobody waits for that, and it matters to nobody whether it works. */
  private stop(queryId: unknown): void {
    this.ask('StopQuery', { queryId }, AbortSignal.timeout(STOP_MS)).catch((error: unknown) =>
      this.options.logger.debug(`CloudWatch Logs did not stop a query: ${String(error)}`),
    );
  }

  private async ask(action: string, body: JsonObject, signal: AbortSignal): Promise<JsonObject> {
    const request = {
      ...{ path: '/', body: JSON.stringify(body), contentType: 'application/x-amz-json-1.1' },
      headers: { 'x-amz-target': `Logs_20140328.${action}` },
    };
    return (await this.options.http.ask(request, signal)).object();
  }
}

/**
 * What Logs Insights is asked for a query: whatever cannot be written, or is kept otherwise there than X-Ray gives it, is
 * left out, so that too much may be found and nothing is missed.
 */
export function insightsQuery({ service, failed, minDurationNs = 0, maxDurationNs }: FindQuery): string {
  const filters: string[] = [];
  const quoted = service === undefined || /["\\\p{Cc}]/u.test(service) ? undefined : `"${service}"`;
  if (quoted !== undefined) {
    filters.push(`(resource.attributes.service.name = ${quoted} or attributes.aws.local.service = ${quoted})`);
  }
  if (failed === true) {
    // X-Ray counts every 4xx as an error, whatever its span says.
    const statuses = ['attributes.http.response.status_code', 'attributes.http.status_code'];
    filters.push(`(status.code = "ERROR" or ${statuses.map((field) => `${field} >= 400`).join(' or ')})`);
  }
  // Times that X-Ray gives back are rounded to the microsecond.
  if (minDurationNs > 0) filters.push(`durationNano >= ${Math.max(0, Math.floor(minDurationNs) - 2000)}`);
  if (maxDurationNs !== undefined) filters.push(`durationNano <= ${Math.ceil(maxDurationNs) + 2000}`);
  return [
    ...filters.map((filter) => `filter ${filter}`),
    'stats max(startTimeUnixNano) as latest by traceId',
    'sort latest desc',
    `limit ${MAX_TRACES}`,
  ].join(' | ');
}
