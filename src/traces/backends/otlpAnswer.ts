import { otlpLists, type OtlpLabel } from '../json/otlpLists';
import { objectField, type JsonObject } from '../otlp/jsonFields';
import type { SpanCollector } from './spanCollector';
import type { AnswerItem, BackendAnswer } from './transport/backendAnswer';

/** Spans that become objects at the same time. */
const BLOCK = 512;

const LISTS = otlpLists();

/**
 * Reads an answer in OTLP/JSON of any size: spans wait as bytes until their scope and resource have ended, and are then
 * parsed a few hundred at a time.
 *
 * @returns what the answer holds besides spans.
 * @throws BackendError where it breaks off or is no JSON; the resources that came whole are in the collector.
 */
export async function collectOtlpJson(answer: BackendAnswer, collector: SpanCollector): Promise<JsonObject> {
  let spans: AnswerItem<OtlpLabel>[] = [];
  let scopes: { readonly frame: JsonObject; readonly spans: readonly AnswerItem<OtlpLabel>[] }[] = [];
  let frame: JsonObject = {};
  for await (const item of answer.items(LISTS)) {
    if (item.label === 'span') spans.push(item);
    else if (item.label === 'scope') {
      scopes.push({ frame: item.read(), spans });
      spans = [];
    } else if (item.label === 'resource') {
      const resource = objectField(item.read(), 'resource');
      for (const scope of scopes) addScope(collector, resource, scope.frame, scope.spans);
      scopes = [];
    } else frame = { ...frame, ...item.read() };
  }
  return frame;
}

function addScope(
  collector: SpanCollector,
  resource: JsonObject | undefined,
  frame: JsonObject,
  spans: readonly AnswerItem<OtlpLabel>[],
): void {
  const scope = objectField(frame, 'scope') ?? objectField(frame, 'instrumentationLibrary');
  for (let from = 0; from < spans.length; from += BLOCK) {
    const block = spans.slice(from, from + BLOCK).map((item) => item.read());
    collector.addJson({ resourceSpans: [{ resource, scopeSpans: [{ scope, spans: block }] }] });
  }
}
