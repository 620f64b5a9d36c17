import { isObject } from '../otlp/jsonFields';
import { jaegerTraces } from './jaegerSpans';
import { itemsOf } from './recordValues';

/**
 * Tells by the traces of a file in Jaeger's JSON whether they come from VictoriaTraces, which keeps every attribute as a
 * text: each tag, whatever it was, is of type `string`, and `error` is `unset` where a span has no status, which nobody
 * else writes. Texts alone would not tell: there are senders that have no other tags.
 *
 * Source: VictoriaMetrics/VictoriaTraces `app/vtselect/traces/jaeger` (`model.go`, `jaeger.qtpl`).
 */
export class JaegerTexts {
  private hasOthers = false;
  private hasMark = false;

  /** Whether all attributes are texts, of what was looked at so far. */
  get areTexts(): boolean {
    return this.hasMark && !this.hasOthers;
  }

  /** Looks at an answer, or at a part of one. */
  add(answer: unknown): void {
    for (const trace of jaegerTraces(answer)) {
      if (this.hasOthers || !isObject(trace)) continue;
      const processes = isObject(trace.processes) ? Object.values(trace.processes) : [];
      for (const process of processes) if (isObject(process)) this.addTags(process.tags);
      for (const span of itemsOf(trace.spans)) {
        if (!isObject(span)) continue;
        this.addTags(span.tags);
        for (const log of itemsOf(span.logs)) if (isObject(log)) this.addTags(log.fields);
      }
    }
  }

  private addTags(tags: unknown): void {
    for (const tag of itemsOf(tags)) {
      if (!isObject(tag)) continue;
      if (tag.type !== 'string' || typeof tag.value !== 'string') this.hasOthers = true;
      else if (tag.key === 'error' && tag.value === 'unset') this.hasMark = true;
    }
  }
}
