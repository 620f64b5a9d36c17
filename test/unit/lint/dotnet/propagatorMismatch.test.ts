import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { lintProject } from '../support/lintProject';
import { csproj, OTEL, program } from './projects';

const SENDER = `using Confluent.Kafka;

namespace Orders;

public class Sender(IProducer<string, string> producer)
{
    public async Task Send(string body)
    {
        var activity = Activity.Current!;
        var headers = new Headers();
        headers.Add("trace-id", Encoding.UTF8.GetBytes(activity.TraceId.ToString()));
        await producer.ProduceAsync("orders", new Message<string, string> { Value = body, Headers = headers });
    }
}
`;

async function found(files: Record<string, string>): Promise<readonly string[]> {
  const all = {
    'Orders/Orders.csproj': csproj(...OTEL, 'Confluent.Kafka 2.5.0'),
    'Orders/Program.cs': program(),
    ...files,
  };
  return (await lintProject(dotnetCheck, all)).findings.map(
    ({ rule, severity, line }) => `${severity} ${rule} ${line}`,
  );
}

function startedWith(propagator: string): Record<string, string> {
  return { 'Orders/Program.cs': program(`Sdk.SetDefaultTextMapPropagator(${propagator});`) };
}

describe('lint dotnet: PROP-MISMATCH', () => {
  it('hints at a process that speaks another format alone', async () => {
    for (const name of ['B3Propagator', 'JaegerPropagator', 'AWSXRayPropagator'])
      assert.deepEqual(await found(startedWith(`new ${name}()`)), ['hint PROP-MISMATCH 12'], name);
  });

  it('hints at one that composes them without the standard', async () => {
    const composite =
      'new CompositeTextMapPropagator(new TextMapPropagator[] { new B3Propagator(), new BaggagePropagator() })';
    assert.deepEqual(await found(startedWith(composite)), ['hint PROP-MISMATCH 12']);
  });

  it('is silent where the standard is among them', async () => {
    const composite =
      'new CompositeTextMapPropagator(new TextMapPropagator[] { new B3Propagator(), new TraceContextPropagator() })';
    assert.deepEqual(await found(startedWith(composite)), []);
    assert.deepEqual(await found(startedWith('new TraceContextPropagator()')), []);
  });

  it('hints at ids in headers of its own, and takes the message for one that carries its context', async () => {
    assert.deepEqual(await found({ 'Orders/Sender.cs': SENDER }), ['hint PROP-MISMATCH 11']);
  });

  it('is silent where the standard is written too, or it is no header of a message', async () => {
    const both = SENDER.replace(
      '        await',
      '        headers.Add("traceparent", Encoding.UTF8.GetBytes(activity.Id!));\n        await',
    );
    assert.deepEqual(await found({ 'Orders/Sender.cs': both }), []);
    const tags = SENDER.replace('headers.Add("trace-id"', 'tags.Add("trace-id"').replace(
      'var headers',
      'headers["traceparent"] = activity.Id; var headers',
    );
    assert.deepEqual(await found({ 'Orders/Sender.cs': tags }), []);
  });

  it('is silent for ids that are no trace’s', async () => {
    const other = SENDER.replace('"trace-id"', '"correlation-id"').replace('activity.TraceId.ToString()', 'body');
    assert.deepEqual(await found({ 'Orders/Sender.cs': other }), ['warning CS-KAFKA-PRODUCE-NO-INJECT 12']);
  });
});
