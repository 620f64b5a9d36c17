import type { Finding } from '../../model/finding';
import type { ExplainedFact, LanguageCheck, UnitCode } from '../rule';
import { explainTracing } from './explain';
import { NodeCode } from './nodeCode';
import { setupFindings } from './setupRules';

/** Finds where Node processes lose the trace context. */
export const nodeCheck: LanguageCheck = {
  language: 'node',
  prefilter:
    /opentelemetry|\botel\b|instrumentations?\b|\bfetch\s*\(|axios|undici|\bgot\b|superagent|needle|kafka|amqplib|pubsub|bullmq|@aws-sdk\/client-(sqs|sns|kinesis|eventbridge)|\bhttp2\b|startSpan|startActiveSpan|traceparent|HttpService|['"]https?['"]|\bnats\b|['"]use server['"]|dd-trace|newrelic|@sentry\//i,
  explain,
  check,
};

function explain(code: UnitCode): readonly ExplainedFact[] {
  return explainTracing(new NodeCode(code));
}

function check(code: UnitCode): readonly Finding[] {
  const node = new NodeCode(code);
  return [...setupFindings(node)];
}
