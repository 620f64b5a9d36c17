import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../src/lint/dotnet/check';
import { goCheck } from '../../../src/lint/go/check';
import { javaCheck } from '../../../src/lint/java/check';
import { NO_LINT_SETTINGS } from '../../../src/lint/lintSettings';
import { nodeCheck } from '../../../src/lint/node/check';
import { pythonCheck } from '../../../src/lint/python/check';
import type { LanguageCheck } from '../../../src/lint/rule';
import { csproj, OTEL, program } from './dotnet/projects';
import { TRACED } from './go/support';
import { MAIN, MICROMETER, pom, SOURCES } from './java/projects';
import { HTTP, manifest, sdk } from './node/support';
import { tracedProject } from './python/support';
import { lintProject } from './support/lintProject';

/** A helper of a package that is not among the files: its name alone says nothing of a trace. */
interface HelperCase {
  readonly what: string;
  readonly check: LanguageCheck;
  readonly way: 'injectHelpers' | 'extractHelpers';
  readonly rule: string;
  readonly files: Readonly<Record<string, string>>;
}

const node = (file: string): Record<string, string> => ({
  'package.json': manifest({ '@acme/bus': '1.0.0' }),
  'src/tracing.ts': sdk(HTTP),
  'src/main.ts': file,
});

const go = (body: string): Record<string, string> => ({
  ...TRACED,
  'app/app.go': `package app

import (
	"context"

	"github.com/acme/bus"
	"github.com/segmentio/kafka-go"
	"go.opentelemetry.io/otel"
)

${body}
`,
});

const CONFLUENT = 'Confluent.Kafka 2.5.0';
const BUS = 'Acme.Bus 1.0.0';

const CASES: readonly HelperCase[] = [
  {
    what: 'requests in Node',
    check: nodeCheck,
    way: 'injectHelpers',
    rule: 'JS-FETCH-NO-UNDICI',
    files: node(`import { stamped } from '@acme/bus';
import http from 'http';
http.createServer(async (request, response) => {
  const stock = await fetch(process.env.STOCK_URL!, { headers: stamped({}) });
  response.end(await stock.text());
}).listen(8080);
`),
  },
  {
    what: 'messages in Node',
    check: nodeCheck,
    way: 'extractHelpers',
    rule: 'JS-KAFKA-CONSUME-DROP',
    files: {
      ...node(`import { ConsumerGroup } from 'kafka-node';
import { trace } from '@opentelemetry/api';
import { stamped } from '@acme/bus';
const consumer = new ConsumerGroup({ kafkaHost: 'kafka:9092' }, ['orders']);
consumer.on('message', (message) => {
  stamped(message);
  trace.getTracer('billing').startActiveSpan('bill', (span) => span.end());
});
`),
    },
  },
  {
    what: 'messages in Go',
    check: goCheck,
    way: 'injectHelpers',
    rule: 'GO-KAFKA-PRODUCE-NO-INJECT',
    files: go(`type Bus struct{ w *kafka.Writer }

func (b *Bus) Publish(ctx context.Context, body []byte) error {
	ctx, span := otel.Tracer("bus").Start(ctx, "publish")
	defer span.End()
	msg := kafka.Message{Value: body}
	bus.stamped(ctx, &msg)
	return b.w.WriteMessages(ctx, msg)
}`),
  },
  {
    what: 'received messages in Go',
    check: goCheck,
    way: 'extractHelpers',
    rule: 'GO-KAFKA-CONSUME-DROP',
    files: go(`func consume(r *kafka.Reader) {
	for {
		msg, _ := r.ReadMessage(context.Background())
		ctx := bus.stamped(context.Background(), msg)
		handle(ctx, msg)
	}
}

func handle(ctx context.Context, msg kafka.Message) {
	_, span := otel.Tracer("bus").Start(ctx, "handle")
	defer span.End()
}`),
  },
  {
    what: 'messages in C#',
    check: dotnetCheck,
    way: 'injectHelpers',
    rule: 'CS-KAFKA-PRODUCE-NO-INJECT',
    files: {
      'Orders.csproj': csproj(...OTEL, CONFLUENT, BUS),
      'Program.cs': program(),
      'OrderBus.cs': `using Acme.Bus;
using Confluent.Kafka;

namespace Orders;

public class OrderBus(IProducer<string, string> producer)
{
    public async Task PublishAsync(string order)
    {
        var message = new Message<string, string> { Key = "1", Value = order };
        Trace.stamped(message);
        await producer.ProduceAsync("orders", message);
    }
}
`,
    },
  },
  {
    what: 'received messages in C#',
    check: dotnetCheck,
    way: 'extractHelpers',
    rule: 'CS-KAFKA-CONSUME-DROP',
    files: {
      'Orders.csproj': csproj(...OTEL, CONFLUENT, BUS),
      'Program.cs': program('builder.Services.AddHostedService<OrderConsumer>();'),
      'OrderConsumer.cs': `using System.Diagnostics;
using Acme.Bus;
using Confluent.Kafka;

namespace Orders;

public class OrderConsumer(IConsumer<string, string> consumer) : BackgroundService
{
    private static readonly ActivitySource Source = new("Orders");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var result = consumer.Consume(stoppingToken);
            Trace.stamped(result);
            using var activity = Source.StartActivity("process order", ActivityKind.Consumer);
        }
    }
}
`,
    },
  },
  {
    what: 'requests in Python',
    check: pythonCheck,
    way: 'injectHelpers',
    rule: 'PY-UNCOVERED-HTTP',
    files: tracedProject(['RequestsInstrumentor'], {
      'app/work.py': `import os

import httpx
from acme.bus import stamped


async def price(sku):
    async with httpx.AsyncClient() as client:
        return await client.get(os.environ["PRICES_URL"] + sku, headers=stamped({}))
`,
    }),
  },
  {
    what: 'messages in Python',
    check: pythonCheck,
    way: 'injectHelpers',
    rule: 'PY-KAFKA-PRODUCE-NO-INJECT',
    files: tracedProject([], {
      'app/work.py': `from acme.bus import stamped
from kafka import KafkaProducer

producer = KafkaProducer()


def publish(order):
    producer.send("orders", order, headers=stamped())
`,
    }),
  },
  {
    what: 'received messages in Python',
    check: pythonCheck,
    way: 'extractHelpers',
    rule: 'PY-KAFKA-CONSUME-DROP',
    files: tracedProject([], {
      'app/work.py': `from acme.bus import stamped
from confluent_kafka import Consumer
from opentelemetry import trace

tracer = trace.get_tracer(__name__)


def run(consumer: Consumer):
    while True:
        message = consumer.poll(1.0)
        stamped(message)
        with tracer.start_as_current_span("bill"):
            print(message.value())
`,
    }),
  },
  {
    what: 'messages in Java',
    check: javaCheck,
    way: 'injectHelpers',
    rule: 'MSG-NO-INJECT',
    files: {
      'pom.xml': pom('orders', ...MICROMETER, 'software.amazon.awssdk:sqs:2.28.0'),
      [`${SOURCES}/OrdersApplication.java`]: MAIN,
      [`${SOURCES}/OrderQueue.java`]: `package com.acme.orders;

import static com.acme.bus.Trace.stamped;

import org.springframework.stereotype.Service;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

@Service
public class OrderQueue {
  private final SqsClient sqs = SqsClient.create();

  public void send(String order) {
    sqs.sendMessage(SendMessageRequest.builder().queueUrl("orders").messageBody(order).messageAttributes(stamped()).build());
  }
}
`,
    },
  },
];

describe('helpers that settings name', () => {
  for (const { what, check, way, rule, files } of CASES) {
    it(`count for ${what}: ${way}`, async () => {
      const found = async (settings: object): Promise<readonly string[]> =>
        (await lintProject(check, files, { ...NO_LINT_SETTINGS, ...settings })).findings.map((one) => one.rule);
      assert.deepEqual(await found({}), [rule]);
      assert.deepEqual(await found({ [way]: ['another'] }), [rule]);
      assert.deepEqual(await found({ [way]: ['stamped'] }), []);
    });
  }
});
