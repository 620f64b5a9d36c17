import assert from 'node:assert/strict';
import { pythonCheck } from '../../../../src/lint/python/check';
import { lintProject, type LintedProject } from '../support/lintProject';

/** A traced service: its set-up instruments FastAPI and what is given. */
export function tracedProject(
  instrumentors: readonly string[],
  files: Readonly<Record<string, string>>,
): Record<string, string> {
  const imports = instrumentors.map((name) => `from opentelemetry.instrumentation.${MODULES[name]!} import ${name}\n`);
  const calls = instrumentors.map((name) => `    ${name}().instrument()\n`);
  return {
    'requirements.txt': 'fastapi==0.115.0\nopentelemetry-sdk==1.27.0\nopentelemetry-instrumentation-fastapi==0.48b0\n',
    'app/tracing.py': `from opentelemetry import trace
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
${imports.join('')}from opentelemetry.sdk.trace import TracerProvider


def setup(app):
    trace.set_tracer_provider(TracerProvider())
    FastAPIInstrumentor.instrument_app(app)
${calls.join('')}`,
    'app/start.py': 'from app.tracing import setup\n\n\ndef start(app):\n    setup(app)\n',
    ...files,
  };
}

const MODULES: Readonly<Record<string, string>> = {
  RequestsInstrumentor: 'requests',
  HTTPXClientInstrumentor: 'httpx',
  ThreadingInstrumentor: 'threading',
  KafkaInstrumentor: 'kafka',
  AIOKafkaInstrumentor: 'aiokafka',
  ConfluentKafkaInstrumentor: 'confluent_kafka',
  Boto3SQSInstrumentor: 'boto3sqs',
  BotocoreInstrumentor: 'botocore',
  CeleryInstrumentor: 'celery',
  PikaInstrumentor: 'pika',
  AioPikaInstrumentor: 'aio_pika',
  ArqInstrumentor: 'arq',
  PymongoInstrumentor: 'pymongo',
  RedisInstrumentor: 'redis',
  SQLAlchemyInstrumentor: 'sqlalchemy',
  GrpcInstrumentorClient: 'grpc',
  GrpcAioInstrumentorClient: 'grpc',
  GrpcInstrumentorServer: 'grpc',
};

/** Asserts which findings a project has, as `RULE file:line`, and that each shows the place by which it says that tracing is on. */
export async function expectFindings(
  files: Readonly<Record<string, string>>,
  expected: readonly string[],
): Promise<LintedProject> {
  const linted = await lintProject(pythonCheck, files);
  assert.deepEqual(linted.short, expected);
  for (const { message, evidence } of linted.findings) {
    const [, named] = /process is traced \(`([^`]+)`\)/.exec(message) ?? [];
    const isShown = named === undefined || evidence.some((one) => one.split(' ')[0]!.endsWith(named));
    assert.ok(isShown, `${named} is none of ${evidence.join(', ')}`);
  }
  return linted;
}

/** A project whose only other file is `app/work.py`; findings are expected on these lines of it. */
export async function expectInWork(
  instrumentors: readonly string[],
  code: string,
  expected: readonly string[],
): Promise<LintedProject> {
  return expectFindings(
    tracedProject(instrumentors, { 'app/work.py': code }),
    expected.map((one) => one.replace(/ (\d+)$/, ' app/work.py:$1')),
  );
}
