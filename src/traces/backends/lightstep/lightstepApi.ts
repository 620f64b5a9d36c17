import { millisLossy, type TimeWindow } from '../../../model/time';
import { lightstepSpans } from '../../formats/lightstepSpans';
import { itemsOf, textOf } from '../../formats/recordValues';
import { isObject, type JsonObject } from '../../otlp/jsonFields';
import { BackendError, hasFault } from '../backendError';
import type { SpanCollector } from '../spanCollector';
import { urlPath, type BackendHttp, type BackendRequest } from '../transport/backendHttp';
import type { BackendAnswer } from '../transport/backendAnswer';
import { noSuchApi, withEndOfService, type LightstepPlace } from './lightstepRefusal';
import { uqlOf, type SpansQuery } from './uql';

/** The limit that queries count against. */
export const QUERIES = 'queries';

/** What a query is asked of. */
export interface SeriesRequest extends SpansQuery {
  readonly window: TimeWindow;
  /** Points that the window is cut into. */
  readonly steps: number;
  readonly maxWireBytes?: number;
  /** Nobody waits for it. */
  readonly isBackground?: boolean;
}

/** A group of spans over time. */
export interface Series {
  /** Those that have a value. */
  readonly labels: ReadonlyMap<string, string>;
  /** Epoch milliseconds and values. */
  readonly points: readonly (readonly [number, number])[];
}

/** What was read of an answer. */
export interface FirstSeries {
  readonly series: readonly Series[];
  /** There are more. */
  readonly isCut: boolean;
}

/** What is asked with. */
export interface LightstepSetup {
  readonly http: BackendHttp;
  readonly place: LightstepPlace;
  readonly organization: string;
  readonly project: string;
}

/** Lightstep's API of version 0.2: queries in UQL give series, and a trace is given by one of its spans. */
export class LightstepApi {
  constructor(private readonly setup: LightstepSetup) {}

  /** Seconds that a window lasts, up to the next whole one. */
  static secondsOf({ from, to }: TimeWindow): number {
    return Math.max(1, Math.ceil((millisLossy(to) - millisLossy(from)) / 1000));
  }

  /** The series that a query gives. @throws BackendError. */
  async series(request: SeriesRequest, signal: AbortSignal): Promise<Series[]> {
    const { data } = await this.object(this.queryOf(request), signal);
    const series = isObject(data) && isObject(data.attributes) ? (data.attributes.series ?? []) : undefined;
    if (!Array.isArray(series)) throw this.malformed();
    return itemsOf(series).filter(isObject).map(seriesOf);
  }

  /** As many series as may be read of what a query gives. @throws BackendError. */
  async firstSeries(request: SeriesRequest, signal: AbortSignal): Promise<FirstSeries> {
    const series: Series[] = [];
    const read = async (answer: BackendAnswer): Promise<FirstSeries> => {
      try {
        for await (const item of answer.items({ 'data.attributes.series[]': 'series' })) {
          const value = item.read();
          if (item.label === 'series') series.push(seriesOf(value));
          else if (!isObject(this.checked(value).data)) throw this.malformed();
        }
        return { series, isCut: false };
      } catch (error) {
        // Without a status it is the bound.
        const isBound = hasFault(error, 'tooLarge') && error.status === undefined;
        if (!isBound || series.length === 0) throw error;
        return { series, isCut: true };
      }
    };
    return this.ask(this.queryOf(request), signal, read);
  }

  private queryOf(request: SeriesRequest): BackendRequest {
    const { window, steps, maxWireBytes, isBackground = false } = request;
    const attributes = {
      query: uqlOf(request),
      'input-language': 'uql',
      'oldest-time': new Date(millisLossy(window.from)).toISOString(),
      'youngest-time': new Date(millisLossy(window.to)).toISOString(),
      'output-period': Math.ceil(LightstepApi.secondsOf(window) / steps),
    };
    const bound = maxWireBytes === undefined ? {} : { maxWireBytes };
    const body = JSON.stringify({ data: { attributes } });
    const path = `${this.project()}/telemetry/query_timeseries`;
    return { path, body, rate: QUERIES, isBackground, ...bound };
  }

  /** Collects the trace that a span belongs to. @returns false if there is none. */
  async storedTrace(spanId: string, into: SpanCollector, signal: AbortSignal): Promise<boolean> {
    const request = { path: `${this.project()}/stored-traces`, query: { 'span-id': spanId }, accept: [404] };
    const answer = await this.ask(request, signal, async (told) => {
      if (told.status === 404) return this.isNoTrace(told);
      return this.checked(await told.object());
    });
    if (answer === undefined) return false;
    const spans = [...lightstepSpans(answer)];
    into.addRecords(spans);
    return spans.length > 0;
  }

  /** The API says in JSON, or not at all, that it has no such trace. @throws BackendError where something else speaks. */
  private async isNoTrace(answer: BackendAnswer): Promise<undefined> {
    const { name, address } = this.setup.place;
    const text = await answer.text().catch((error: unknown) => {
      if (hasFault(error, 'wrongType', 'login')) return '<';
      throw error;
    });
    if (/^\s*(\{|$)/.test(text)) return undefined;
    const { fault, message, cure } = noSuchApi(name);
    throw new BackendError(fault, message, address, cure, 404);
  }

  private object(request: BackendRequest, signal: AbortSignal): Promise<JsonObject> {
    return this.ask(request, signal, async (answer) => this.checked(await answer.object()));
  }

  /** Asks and reads: that the service has ended may be said by its body alone. */
  private async ask<T>(
    request: BackendRequest,
    signal: AbortSignal,
    read: (answer: BackendAnswer) => Promise<T>,
  ): Promise<T> {
    try {
      return await read(await this.setup.http.ask(request, signal));
    } catch (error) {
      throw withEndOfService(error, this.setup.place);
    }
  }

  /** An answer that is none says so in a list of errors, with a good status as well. @throws BackendError. */
  private checked(answer: JsonObject): JsonObject {
    const said = itemsOf(answer.errors).flatMap(wordsOf);
    if (said.length === 0) return answer;
    const { http, place } = this.setup;
    const words = http.quotable(said.slice(0, 2).join('; ')).replace(/[.!]$/, '');
    const message = `${place.name} could not answer: ${words}.`;
    throw new BackendError('server', message, place.address, 'Try again; a shorter time range may help.', 200);
  }

  private project(): string {
    const { organization, project, place } = this.setup;
    if (organization !== '' && project !== '') return urlPath`/public/v0.2/${organization}/projects/${project}`;
    const missing = organization === '' ? 'organization' : 'project';
    const message = `${place.name} cannot be asked without knowing the ${missing}.`;
    throw new BackendError('badRequest', message, place.address, `Set "${missing}" among the options of this backend.`);
  }

  private malformed(): BackendError {
    const { name, address } = this.setup.place;
    const cure = 'Check that the address is that of the API, such as https://api.lightstep.com.';
    return new BackendError('malformed', `${name} answered a query without series.`, address, cure);
  }
}

/** What an error says: a text, or an object with one. */
function wordsOf(error: unknown): string[] {
  const text = isObject(error) ? [error.detail, error.message, error.title].map(textOf).find(Boolean) : textOf(error);
  return text === undefined || text === '' ? [] : [text];
}

/** Labels are written `key=value`, those that a group lacks with nothing behind. */
function seriesOf(series: JsonObject): Series {
  const labels = new Map<string, string>();
  for (const label of itemsOf(series['group-labels'])) {
    const [, key = '', value = ''] = /^([^=]*)=(.*)$/s.exec(textOf(label) ?? '') ?? [];
    if (value !== '') labels.set(key, value);
  }
  const points = itemsOf(series.points).flatMap((point): [number, number][] => {
    const [at, value] = itemsOf(point).map(Number);
    return at !== undefined && value !== undefined && Number.isFinite(at) && Number.isFinite(value)
      ? [[at, value]]
      : [];
  });
  return { labels, points };
}
