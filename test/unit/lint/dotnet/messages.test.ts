import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { lintProject } from '../support/lintProject';
import { csproj, OTEL, program } from './projects';

const BUS = `using System.Text.Json;
using RabbitMQ.Client;

namespace Orders;

public class RabbitBus(IConnection connection)
{
    public void Publish(object message)
    {
        using var channel = connection.CreateModel();
        var properties = channel.CreateBasicProperties();
        channel.BasicPublish("orders", "placed", properties, JsonSerializer.SerializeToUtf8Bytes(message));
    }
}
`;
const PROJECT = {
  'Orders/Orders.csproj': csproj(...OTEL, 'RabbitMQ.Client 6.8.1'),
  'Orders/Program.cs': program('app.MapPost("/orders", (RabbitBus bus, Order order) => bus.Publish(order));'),
  'Orders/RabbitBus.cs': BUS,
};

async function short(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  return (await lintProject(dotnetCheck, { ...PROJECT, ...files })).short;
}

describe('lint dotnet: MSG-NO-INJECT', () => {
  it('finds messages to RabbitMQ without headers', async () => {
    const { findings, short: found } = await lintProject(dotnetCheck, PROJECT);
    assert.deepEqual(found, ['MSG-NO-INJECT Orders/RabbitBus.cs:12']);
    assert.match(findings[0]!.message, /RabbitMQ carries no trace context in the headers/);
  });

  it('finds messages to SQS, SNS and Pub/Sub', async () => {
    for (const [type, call] of [
      ['IAmazonSQS', 'await client.SendMessageAsync(new SendMessageRequest { QueueUrl = url, MessageBody = body })'],
      ['IAmazonSimpleNotificationService', 'await client.PublishAsync(topic, body)'],
      ['PublisherClient', 'await client.PublishAsync(body)'],
    ]) {
      const sender = `public class Sender(${type} client)\n{\n    public async Task Send(string body)\n    {\n        ${call};\n    }\n}\n`;
      assert.deepEqual(await short({ 'Orders/RabbitBus.cs': sender }), ['MSG-NO-INJECT Orders/RabbitBus.cs:5']);
      const aws = { 'Orders/Program.cs': program('', '\n        .AddAWSInstrumentation()') };
      const covered = type === 'PublisherClient' ? ['MSG-NO-INJECT Orders/RabbitBus.cs:5'] : [];
      assert.deepEqual(await short({ 'Orders/RabbitBus.cs': sender, ...aws }), covered);
    }
  });

  it('takes a loop whose helper starts a span for a message as traced', async () => {
    const worker = (start: string): string =>
      `public class Worker(IAmazonSQS sqs) : BackgroundService\n{\n    protected override async Task ExecuteAsync(CancellationToken ct)\n    {\n        ${start}\n        await Finish();\n    }\n\n    private async Task Finish()\n    {\n        await sqs.SendMessageAsync(new SendMessageRequest { MessageBody = "done" });\n    }\n}\n`;
    const telemetry =
      'public static class Telemetry\n{\n    private static readonly ActivitySource Source = new("Orders");\n\n    public static Activity? Begin(string name) => Source.StartActivity(name);\n}\n';
    const files = (start: string): Record<string, string> => ({
      'Orders/RabbitBus.cs': worker(start),
      'Orders/Telemetry.cs': telemetry,
    });
    assert.deepEqual(await short(files('using var activity = Telemetry.Begin("work");')), [
      'MSG-NO-INJECT Orders/RabbitBus.cs:11',
    ]);
    assert.deepEqual(await short(files('')), []);
  });

  it('leaves out what SNS takes to phones and devices', async () => {
    const sender = (request: string): string =>
      `public class Sender(IAmazonSimpleNotificationService client)\n{\n    public async Task Send(string body)\n    {\n        await client.PublishAsync(new PublishRequest { ${request}, Message = body });\n    }\n}\n`;
    for (const to of ['PhoneNumber = phone', 'TargetArn = device'])
      assert.deepEqual(await short({ 'Orders/RabbitBus.cs': sender(to) }), []);
    assert.deepEqual(await short({ 'Orders/RabbitBus.cs': sender('TopicArn = topic') }), [
      'MSG-NO-INJECT Orders/RabbitBus.cs:5',
    ]);
  });

  it('finds messages to queues of Azure Storage, whose text is all they have', async () => {
    const sender = (made: string, message: string): string =>
      `using Azure.Storage.Queues;\n\npublic class Sender(${made})\n{\n    public async Task Send(string body)\n    {\n        var client = queues.${made.startsWith('Q') ? 'GetQueueClient' : 'CreateClient'}("orders");\n        await client.SendMessageAsync(${message});\n    }\n}\n`;
    const factory = 'public interface IQueueFactory\n{\n    QueueClient CreateClient(string name);\n}\n';
    for (const made of ['QueueServiceClient queues', 'IQueueFactory queues'])
      assert.deepEqual(
        await short({ 'Orders/RabbitBus.cs': sender(made, 'body'), 'Orders/IQueueFactory.cs': factory }),
        ['MSG-NO-INJECT Orders/RabbitBus.cs:8'],
      );
    const carried = sender('QueueServiceClient queues', 'Text(body, Activity.Current?.Id)');
    assert.deepEqual(await short({ 'Orders/RabbitBus.cs': carried }), []);
    const others = sender('QueueServiceClient queues', 'body').replace('using Azure.Storage.Queues;', 'using Own;');
    assert.deepEqual(await short({ 'Orders/RabbitBus.cs': others }), []);
  });

  it('is silent where the context is injected, as event buses do', async () => {
    const inject =
      '        properties.Headers = new Dictionary<string, object>();\n        Propagators.DefaultTextMapPropagator.Inject(new PropagationContext(Activity.Current!.Context, Baggage.Current), properties, (p, k, v) => p.Headers[k] = v);\n';
    const bus = BUS.replace('        channel.BasicPublish', `${inject}        channel.BasicPublish`);
    assert.deepEqual(await short({ 'Orders/RabbitBus.cs': bus }), []);
  });

  it('is silent for versions that do it themselves, forwarded messages, answers and agents', async () => {
    const modern = BUS.replace('CreateModel()', 'CreateChannelAsync()').replace(
      'channel.BasicPublish(',
      'channel.BasicPublishAsync(',
    );
    const newer = {
      'Orders/RabbitBus.cs': modern,
      'Orders/Orders.csproj': csproj(...OTEL, 'RabbitMQ.Client 7.0.0'),
      'Orders/Program.cs': program('', '\n        .AddSource("RabbitMQ.Client.*")'),
    };
    assert.deepEqual(await short(newer), []);
    const forward = BUS.replace(
      'properties, JsonSerializer.SerializeToUtf8Bytes(message)',
      'ea.BasicProperties, ea.Body',
    );
    assert.deepEqual(await short({ 'Orders/RabbitBus.cs': forward }), []);
    const copied = BUS.replace(
      '        channel.BasicPublish',
      '        properties.Headers = CopyOf(args.BasicProperties.Headers);\n        channel.BasicPublish',
    );
    assert.deepEqual(await short({ 'Orders/RabbitBus.cs': copied }), []);
    assert.deepEqual(await short({ 'Orders/RabbitBus.cs': BUS.replace('"placed"', 'request.ReplyTo') }), []);
    const env = 'FROM x\nENV CORECLR_ENABLE_PROFILING=1\nENTRYPOINT ["dotnet", "Orders.dll"]\n';
    assert.deepEqual(await short({ 'Orders/Dockerfile': env }), []);
  });
});

const QUEUE = `using System.Threading.Channels;

namespace Orders;

public record Job(string Id);

public class Jobs
{
    private readonly Channel<Job> _channel = Channel.CreateUnbounded<Job>();

    public ValueTask Add(Job job) => _channel.Writer.WriteAsync(job);

    public IAsyncEnumerable<Job> All(CancellationToken ct) => _channel.Reader.ReadAllAsync(ct);
}

public class JobWorker(Jobs jobs, HttpClient http) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        await foreach (var job in jobs.All(ct)) await http.GetAsync($"http://billing/{job.Id}", ct);
    }
}
`;

describe('lint dotnet: QUEUE-CTX-LOSS', () => {
  const project = { ...PROJECT, 'Orders/RabbitBus.cs': QUEUE };

  it('finds items without their context, off by default', async () => {
    const { findings, short: found } = await lintProject(dotnetCheck, project);
    assert.deepEqual(found, ['QUEUE-CTX-LOSS Orders/RabbitBus.cs:11']);
    assert.deepEqual(findings[0]!.related, ['Orders/RabbitBus.cs:13 it is taken out here']);
  });

  it('is silent where items carry it, or nothing is done for them', async () => {
    assert.deepEqual(
      await short({
        'Orders/RabbitBus.cs': QUEUE.replace('Job(string Id)', 'Job(string Id, ActivityContext Parent)').replace(
          'Parent)',
          'ActivityContext)',
        ),
      }),
      [],
    );
    assert.deepEqual(
      await short({ 'Orders/RabbitBus.cs': QUEUE.replace(/await http.GetAsync\([^;]*;/, 'Console.WriteLine(job);') }),
      [],
    );
  });

  it('finds the other kinds of queues', async () => {
    for (const [type, put, take] of [
      ['ConcurrentQueue<Job>', 'Enqueue(job)', 'TryDequeue(out var job)'],
      ['BlockingCollection<Job>', 'Add(job)', 'Take(ct)'],
      ['BufferBlock<Job>', 'SendAsync(job)', 'ReceiveAsync(ct)'],
    ]) {
      const queue = `namespace Orders;

public record Job(string Id);

public class JobWorker(HttpClient http) : BackgroundService
{
    private readonly ${type} _jobs = new();

    public void Put(Job job) => _jobs.${put};

    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        while (true)
        {
            var next = _jobs.${take};
            await http.GetAsync("http://billing", ct);
        }
    }
}
`;
      const served = program('app.MapPost("/jobs", (JobWorker worker, Job job) => worker.Put(job));');
      const files = { 'Orders/RabbitBus.cs': queue, 'Orders/Program.cs': served };
      assert.deepEqual(await short(files), ['QUEUE-CTX-LOSS Orders/RabbitBus.cs:9'], type);
    }
  });

  it('is silent where who takes it out links to it, or reads the context from the item', async () => {
    const linked = QUEUE.replace(
      'await http.GetAsync',
      'using (Source.StartActivity("job", ActivityKind.Internal, default(ActivityContext), links: [new ActivityLink(job.Parent)])) await http.GetAsync',
    );
    assert.deepEqual(await short({ 'Orders/RabbitBus.cs': linked }), []);
  });

  it('is silent where who takes it out is awaited by who put it in', async () => {
    const direct = QUEUE.replace(': BackgroundService', '').replace('protected override async', 'public async');
    assert.deepEqual(await short({ 'Orders/RabbitBus.cs': direct }), []);
  });

  it('is silent without tracing', async () => {
    const untraced = { 'Orders/Program.cs': 'WebApplication.Create(args).Run();\n' };
    assert.deepEqual(await short({ 'Orders/RabbitBus.cs': QUEUE, ...untraced }), []);
  });
});
