import type { Finding } from '../../model/finding';
import type { ExplainedFact, LanguageCheck, UnitCode } from '../rule';
import { explainSetup } from './explain';
import { GoUnit } from './goUnit';
import { unsetPropagators } from './propagator';
import { readSetup, type GoSetup } from './setup';

interface ReadUnit {
  readonly unit: GoUnit;
  readonly setup: GoSetup;
}

const known = new WeakMap<UnitCode, ReadUnit>();

/** Go: nothing is instrumented unless the code (or eBPF, or the build) does it. */
export const goCheck: LanguageCheck = {
  language: 'go',
  prefilter:
    /otel|opentelemetry|tracer|tracing|telemetry|"net\/http|\bhttp\.|grpc|connect|kafka|sarama|kgo|amqp|nats|pubsub|sqs|sns|resty|context\.|^package main/im,
  explain: (code) => explainUnit(code),
  check: (code) => checkUnit(code),
};

function readUnit(code: UnitCode): ReadUnit {
  let found = known.get(code);
  if (found === undefined) {
    const unit = new GoUnit(code);
    known.set(code, (found = { unit, setup: readSetup(unit) }));
  }
  return found;
}

function explainUnit(code: UnitCode): readonly ExplainedFact[] {
  const { setup } = readUnit(code);
  return explainSetup(setup);
}

function checkUnit(code: UnitCode): readonly Finding[] {
  const { unit, setup } = readUnit(code);
  if (setup.tracing.length === 0) return [];
  return [...unsetPropagators(unit, setup)];
}
