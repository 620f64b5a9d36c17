import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { lintProject } from '../support/lintProject';
import { csproj, OTEL, program } from './projects';

const V7 = 'RabbitMQ.Client 7.1.2';
const PUBLISH = 'await channel.BasicPublishAsync("orders", "placed", true, new BasicProperties(), body);';

interface Case {
  readonly what: string;
  readonly client: string;
  readonly send: string;
  readonly packages: readonly string[];
  readonly sources?: string;
  readonly set?: string;
  readonly usings?: string;
  readonly more?: Readonly<Record<string, string>>;
  readonly isLost: boolean;
}

const RABBIT = { client: 'IChannel channel', send: PUBLISH, packages: [V7], usings: 'using RabbitMQ.Client;\n' };
const EVENTS = {
  client: 'IAmazonEventBridge events',
  send: 'await events.PutEventsAsync(new PutEventsRequest { Entries = [new() { Detail = text }] });',
  packages: ['AWSSDK.EventBridge 3.7.300'],
};
const NATS = {
  client: 'IConnection nats',
  send: 'nats.Publish("orders", body);',
  packages: ['NATS.Client 1.1.5'],
  usings: 'using NATS.Client;\n',
};

const CASES: readonly Case[] = [
  { what: 'RabbitMQ’s own propagation that nothing listens to', ...RABBIT, isLost: true },
  {
    what: 'one whose process listens to other sources',
    ...RABBIT,
    sources: '\n        .AddSource("Npgsql").AddSource(builder.Environment.ApplicationName).AddSource(Names.Own)',
    more: { 'Orders/Names.cs': 'public static class Names { public const string Own = "Orders"; }\n' },
    isLost: true,
  },
  {
    what: 'its source by name',
    ...RABBIT,
    sources: '\n        .AddSource("RabbitMQ.Client.Publisher")',
    isLost: false,
  },
  { what: 'its source by a star', ...RABBIT, sources: '\n        .AddSource("RabbitMQ.*")', isLost: false },
  { what: 'every source', ...RABBIT, sources: '\n        .AddSource("*")', isLost: false },
  {
    what: 'its source by a constant',
    ...RABBIT,
    sources: '\n        .AddSource(Names.Rabbit)',
    more: {
      'Orders/Names.cs': 'public static class Names { public const string Rabbit = "RabbitMQ.Client.Publisher"; }\n',
    },
    isLost: false,
  },
  {
    what: 'sources out of the configuration',
    ...RABBIT,
    sources: '\n        .AddSource(options.Sources)',
    isLost: false,
  },
  { what: 'its instrumentation', ...RABBIT, sources: '\n        .AddRabbitMQInstrumentation()', isLost: false },
  { what: 'Aspire’s client', ...RABBIT, set: 'builder.AddRabbitMQClient("bus");', isLost: false },
  { what: 'defaults that are set up elsewhere', ...RABBIT, set: 'builder.AddServiceDefaults();', isLost: false },
  { what: 'a version that is not known', ...RABBIT, packages: ['RabbitMQ.Client'], isLost: false },
  {
    what: 'a message that is sent once more with its headers',
    ...RABBIT,
    send: `var p = new BasicProperties();\n        p.Headers = ea.BasicProperties.Headers ?? new Dictionary<string, object>();\n        await channel.BasicPublishAsync("retry", "", true, p, body);`,
    isLost: false,
  },
  {
    what: 'headers of a kept message',
    ...RABBIT,
    send: `var p = new BasicProperties { Headers = new Dictionary<string, object?>() };\n        foreach (var header in kept.Metadata.Entries)\n            p.Headers[header.Key] = header.Value;\n        await channel.BasicPublishAsync("orders", "", true, p, body);`,
    isLost: false,
  },
  { what: 'events of EventBridge', ...EVENTS, isLost: true },
  {
    what: 'events of EventBridge beside the instrumentation, which writes none',
    ...EVENTS,
    sources: '\n        .AddAWSInstrumentation()',
    isLost: true,
  },
  {
    what: 'events with a trace header',
    ...EVENTS,
    send: EVENTS.send.replace('Detail = text', 'Detail = text, TraceHeader = Header()'),
    isLost: false,
  },
  {
    what: 'AWS with the propagator of X-Ray',
    ...EVENTS,
    set: 'Sdk.SetDefaultTextMapPropagator(new AWSXRayPropagator());',
    isLost: false,
  },
  {
    what: 'records of Kinesis',
    client: 'IAmazonKinesis kinesis',
    send: 'await kinesis.PutRecordAsync("orders", stream, "key");',
    packages: ['AWSSDK.Kinesis 3.7.300'],
    isLost: true,
  },
  { what: 'NATS before its tracing client', ...NATS, isLost: true },
  {
    what: 'NATS’s newer client, which injects',
    ...NATS,
    client: 'INatsConnection nats',
    usings: 'using NATS.Client.Core;\n',
    isLost: false,
  },
];

async function found({ client, send, packages, sources, set, usings, more }: Case): Promise<readonly string[]> {
  const sender = `${usings ?? ''}namespace Orders;

public class Sender(${client})
{
    public async Task Send(byte[] body, string text, BasicDeliverEventArgs ea, Kept kept)
    {
        ${send}
    }
}
`;
  const { findings } = await lintProject(dotnetCheck, {
    'Orders/Orders.csproj': csproj(...OTEL, ...packages).replace(' Version="undefined"', ''),
    'Orders/Program.cs': program(
      `${set ?? ''}\napp.MapPost("/", (Sender s) => s.Send([], "", null!, null!));`,
      sources,
    ),
    'Orders/Sender.cs': sender,
    ...more,
  });
  return findings.map(({ rule }) => rule).filter((rule) => rule !== 'PROP-MISMATCH');
}

describe('lint dotnet: MSG-NO-INJECT, shape by shape', () => {
  for (const one of CASES)
    it(`${one.isLost ? 'finds' : 'leaves'} ${one.what}`, async () =>
      assert.deepEqual(await found(one), one.isLost ? ['MSG-NO-INJECT'] : []));
});
