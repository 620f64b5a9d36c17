import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { lintProject } from '../support/lintProject';
import { csproj, OTEL, program } from './projects';

const LOST = ['CS-KAFKA-CONSUME-DROP'];

interface Case {
  readonly what: string;
  /** What is done for a message, in the loop. */
  readonly body: string;
  readonly more?: Readonly<Record<string, string>>;
  readonly isLost: boolean;
}

const BUS = 'public interface IEventBus\n{\n    Task PublishEventAsync(object e, CancellationToken ct);\n}\n';
const OWN_EXTENSION = `using Confluent.Kafka;
public static class KafkaSetup
{
    public static IServiceCollection AddKafkaConsumer(this IServiceCollection services) => services.AddHostedService<Worker>();
}
`;
const ENVELOPE =
  'public class Envelope { public string Body { get; set; } public MetaData MetaData { get; set; } }\npublic class MetaData { public string ActivityId { get; set; } }\n';

const CASES: readonly Case[] = [
  {
    what: 'events that are published in the process',
    body: 'await bus.PublishEventAsync(result.Message.Value, ct);',
    more: { 'Orders/IEventBus.cs': BUS },
    isLost: true,
  },
  {
    what: 'a command of a mediator',
    body: 'await mediator.Send(new PlaceOrder(result.Message.Value), ct);',
    isLost: true,
  },
  {
    what: 'a call through a typed client',
    body: 'await http.PostAsJsonAsync("http://billing", result.Message.Value, ct);',
    isLost: true,
  },
  {
    what: 'an activity inside a helper two calls away',
    body: 'await steps.RunAsync(result.Message.Value, ct);',
    more: {
      'Orders/Steps.cs':
        'public class Steps { public Task RunAsync(string m, CancellationToken ct) => Inner(m); private Task Inner(string m) { using var a = Telemetry.Source.StartActivity("step"); return Task.CompletedTask; } }\n',
    },
    isLost: true,
  },
  {
    what: 'a method of the workspace that is named like one of Aspire’s',
    body: 'await http.GetAsync("http://billing", ct);',
    more: {
      'Orders/KafkaSetup.cs': OWN_EXTENSION,
      'Orders/Program.cs': program('builder.Services.AddKafkaConsumer();'),
    },
    isLost: true,
  },
  {
    what: 'headers that are read for something else',
    body: 'var tenant = result.Message.Headers.GetLastBytes("tenant");\n            await http.GetAsync("http://billing", ct);',
    isLost: true,
  },
  {
    what: 'Aspire’s own registration',
    body: 'await http.GetAsync("http://billing", ct);',
    more: { 'Orders/Program.cs': program('builder.AddKafkaConsumer<string, string>("kafka");') },
    isLost: false,
  },
  {
    what: 'a payload whose metadata hold the activity',
    body: 'var envelope = JsonSerializer.Deserialize<Envelope>(result.Message.Value);\n            await http.PostAsJsonAsync("http://billing", envelope, ct);',
    more: { 'Orders/Envelope.cs': ENVELOPE },
    isLost: false,
  },
  {
    what: 'all headers taken over for who extracts from them in another place',
    body: 'var taken = result.Message.Headers.ToList();\n            await bus.PublishEventAsync(taken, ct);',
    more: {
      'Orders/IEventBus.cs': BUS,
      'Orders/Own.cs':
        'public class Own { public void Go(object h) { var p = propagator.Extract(default, h, Read); Use(p); } }\n',
    },
    isLost: false,
  },
  {
    what: 'a link to what a payload says',
    body: 'var placed = JsonSerializer.Deserialize<Placed>(result.Message.Value);\n            using var activity = Source.StartActivity("place", ActivityKind.Consumer, default(ActivityContext), links: [new ActivityLink(ActivityContext.Parse(placed.TraceParent, null))]);\n            await http.GetAsync("http://billing", ct);',
    more: { 'Orders/Placed.cs': 'public record Placed(string Id, string TraceParent);\n' },
    isLost: false,
  },
  {
    what: 'a handler of MassTransit, whose bus reads the context',
    body: '',
    more: {
      'Orders/Worker.cs':
        'using MassTransit;\nusing Confluent.Kafka;\n\nnamespace Orders;\n\npublic class Placed(HttpClient http) : MassTransit.IConsumer<OrderPlaced>\n{\n    public Task Consume(ConsumeContext<OrderPlaced> context) => http.GetAsync("http://billing");\n}\n',
    },
    isLost: false,
  },
  {
    what: 'a handler of KafkaFlow',
    body: '',
    more: {
      'Orders/Worker.cs':
        'using KafkaFlow;\n\nnamespace Orders;\n\npublic class Placed(HttpClient http) : IMessageHandler<OrderPlaced>\n{\n    public Task Handle(IMessageContext context, OrderPlaced message) => http.GetAsync("http://billing");\n}\n',
    },
    isLost: false,
  },
  {
    what: 'a subscriber of CAP',
    body: '',
    more: {
      'Orders/Worker.cs':
        'using DotNetCore.CAP;\n\nnamespace Orders;\n\npublic class Placed(HttpClient http) : ICapSubscribe\n{\n    [CapSubscribe("orders")]\n    public Task On(OrderPlaced message) => http.GetAsync("http://billing");\n}\n',
    },
    isLost: false,
  },
  {
    what: 'a parent by SetParentId',
    body: 'var activity = new Activity("process").SetParentId(Text(result.Message.Headers, "id")).Start();\n            await http.GetAsync("http://billing", ct);',
    isLost: false,
  },
  {
    what: 'the header read in a helper',
    body: 'using var scope = Tracing.Continue(result.Message.Headers);\n            await http.GetAsync("http://billing", ct);',
    more: {
      'Orders/Tracing.cs':
        'public static class Tracing { public static Activity? Continue(Headers h) => Source.StartActivity("x", ActivityKind.Consumer, Parse(h, "traceparent")); }\n',
    },
    isLost: false,
  },
  { what: 'values that are only kept', body: 'cache[result.Message.Key] = result.Message.Value;', isLost: false },
  {
    what: 'a process that is not traced',
    body: 'await http.GetAsync("http://billing", ct);',
    more: { 'Orders/Program.cs': 'Host.CreateApplicationBuilder(args).Build().Run();\n' },
    isLost: false,
  },
  {
    what: 'an image with OpenTelemetry’s automatic instrumentation',
    body: 'await http.GetAsync("http://billing", ct);',
    more: {
      'Orders/Dockerfile':
        'FROM x\nENV CORECLR_ENABLE_PROFILING=1 CORECLR_PROFILER={918728DD-259F-4A6A-AC2B-B85E1B658318} OTEL_DOTNET_AUTO_HOME=/otel\nENTRYPOINT ["dotnet", "Orders.dll"]\n',
    },
    isLost: false,
  },
];

async function rules({ body, more }: Case): Promise<readonly string[]> {
  const worker = `using System.Diagnostics;
using Confluent.Kafka;

namespace Orders;

public class Worker(IConsumer<string, string> consumer, HttpClient http, IMediator mediator, IEventBus bus, Steps steps) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var result = consumer.Consume(ct);
            ${body}
            consumer.Commit(result);
        }
    }
}
`;
  const { findings } = await lintProject(dotnetCheck, {
    'Orders/Orders.csproj': csproj(...OTEL, 'Confluent.Kafka 2.5.0'),
    'Orders/Program.cs': program('builder.Services.AddHostedService<Worker>();'),
    'Orders/Worker.cs': worker,
    ...more,
  });
  return findings.map(({ rule }) => rule);
}

describe('lint dotnet: CS-KAFKA-CONSUME-DROP, shape by shape', () => {
  for (const one of CASES)
    it(`${one.isLost ? 'finds' : 'leaves'} ${one.what}`, async () =>
      assert.deepEqual(await rules(one), one.isLost ? LOST : []));
});
