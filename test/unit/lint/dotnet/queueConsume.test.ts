import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { lintProject } from '../support/lintProject';
import { csproj, lineOf, OTEL, program } from './projects';

const WORKER = `using Amazon.SQS;
using Amazon.SQS.Model;

namespace Orders;

public class Worker(IAmazonSQS sqs, HttpClient http) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var response = await sqs.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = "orders" }, ct);
            await Task.WhenAll(response.Messages.Select(message => Process(message, ct)));
        }
    }

    private async Task Process(Message message, CancellationToken ct)
    {
        var order = JsonSerializer.Deserialize<Order>(message.Body);
        await http.PostAsync("http://billing/invoices", null, ct);
        await sqs.DeleteMessageAsync("orders", message.ReceiptHandle, ct);
    }
}

public record Order(string Id);
`;
const PUBSUB = `using Google.Cloud.PubSub.V1;

namespace Orders;

public class Worker(SubscriberClient subscriber, HttpClient http) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken ct) =>
        subscriber.StartAsync(async (message, token) =>
        {
            await http.PostAsync("http://billing/invoices", null, token);
            return SubscriberClient.Reply.Ack;
        });
}
`;

async function found(worker: string, tracing = '', more: Readonly<Record<string, string>> = {}) {
  const { findings } = await lintProject(dotnetCheck, {
    'Orders/Orders.csproj': csproj(...OTEL, 'AWSSDK.SQS 3.7.400', 'Google.Cloud.PubSub.V1 3.20.0'),
    'Orders/Program.cs': program('builder.Services.AddHostedService<Worker>();', tracing),
    'Orders/Worker.cs': worker,
    ...more,
  });
  return findings.filter(({ rule }) => rule === 'CS-KAFKA-CONSUME-DROP');
}

function replaced(text: string, from: string, to: string): string {
  assert.ok(text.includes(from));
  return text.replace(from, to);
}

describe('lint/dotnet: what is consumed from SQS and Pub/Sub', () => {
  it('is reported where nobody reads its context, once for a loop', async () => {
    for (const [worker, at] of [
      [WORKER, 'sqs.ReceiveMessageAsync'],
      [PUBSUB, 'subscriber.StartAsync'],
    ] as const) {
      const [one, ...more] = await found(worker);
      assert.deepEqual(more, []);
      assert.equal(one?.line, lineOf(worker, at));
    }
  });

  it('is reported beside the instrumentation of AWS, which leaves the context to the code', async () => {
    assert.equal((await found(WORKER, '\n        .AddAWSInstrumentation()')).length, 1);
  });

  it('is silent where the context is read, by a helper too', async () => {
    const read =
      'using var activity = Source.StartActivity("process", ActivityKind.Consumer, Contexts.ExtractFrom(message));\n        var order';
    assert.deepEqual(await found(replaced(WORKER, 'var order', read)), []);
    const helper = replaced(WORKER, 'var order', 'using var activity = Telemetry.Receive(message);\n        var order');
    const telemetry =
      'namespace Orders;\n\npublic static class Telemetry\n{\n    public static Activity? Receive(Message message) =>\n        Source.StartActivity("process", ActivityKind.Consumer, message.MessageAttributes["traceparent"].StringValue);\n}\n';
    assert.deepEqual(await found(helper, '', { 'Orders/Telemetry.cs': telemetry }), []);
  });

  it('is silent where all attributes are given on, or what is read carries the context itself', async () => {
    const given = replaced(WORKER, 'var order', 'tracing.Continue(message.MessageAttributes);\n        var order');
    assert.deepEqual(await found(given), []);
    assert.deepEqual(await found(replaced(WORKER, 'Order(string Id)', 'Order(string Id, string TraceParent)')), []);
  });

  it('is silent where a message only is logged, or tells of a file that was stored', async () => {
    assert.deepEqual(
      await found(
        replaced(WORKER, 'await http.PostAsync("http://billing/invoices", null, ct);', 'log.Info(order.Id);'),
      ),
      [],
    );
    assert.deepEqual(await found(WORKER.replace('<Order>', '<S3EventNotification>')), []);
  });

  it('is silent for a helper whose users are not among the files, and for clients of others', async () => {
    const helper = `using Amazon.SQS;\nusing Amazon.SQS.Model;\n\nnamespace Orders;\n\npublic class Inbox(IAmazonSQS sqs, HttpClient http)\n{\n    public async Task<List<Message>> Take()\n    {\n        var response = await sqs.ReceiveMessageAsync("orders");\n        await http.GetAsync("http://billing");\n        return response.Messages;\n    }\n}\n`;
    assert.deepEqual(await found(helper), []);
    assert.deepEqual(await found(WORKER.replace('IAmazonSQS sqs', 'IQueue sqs')), []);
    assert.deepEqual(await found(PUBSUB.replace('SubscriberClient subscriber', 'IHost subscriber')), []);
  });

  it('counts spans of a database whose source is listened to as work', async () => {
    const stores = replaced(WORKER, 'http.PostAsync("http://billing/invoices", null, ct)', 'db.SaveChangesAsync(ct)');
    assert.deepEqual(await found(stores), []);
    assert.equal((await found(stores, '\n        .AddSource("Npgsql")')).length, 1);
  });
});
