import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { goCheck } from '../../../../src/lint/go/check';
import { pythonCheck } from '../../../../src/lint/python/check';
import { lintProject, type FoundPlace } from '../support/lintProject';

const SETUP = `from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
`;

/** A service in Python that calls with httpx and sends with confluent-kafka. */
async function inPython(requirements: string): Promise<readonly FoundPlace[]> {
  const { findings } = await lintProject(pythonCheck, {
    'requirements.txt': requirements,
    'main.py': `${SETUP}
import os
import httpx
from confluent_kafka import Producer
from fastapi import FastAPI

app = FastAPI()
FastAPIInstrumentor.instrument_app(app)
producer = Producer({})


@app.post("/orders")
def order(body: dict):
    httpx.post(f"{os.environ['STOCK_URL']}/orders", json=body)
    producer.produce("orders", value=str(body))
`,
  });
  return findings;
}

describe('lint: the line that declares a library', () => {
  it('is among the evidence in Python, by what the message names', async () => {
    const findings = await inPython(
      'fastapi\nrequests==2.32.0\nhttpx==0.27.0\nconfluent-kafka==2.5.0\nopentelemetry-sdk\nopentelemetry-exporter-otlp\nopentelemetry-instrumentation-fastapi\n',
    );
    const lines = findings.map(({ rule, evidence }) => [
      rule,
      evidence.filter((one) => one.startsWith('requirements')),
    ]);
    assert.deepEqual(lines, [
      ['PY-UNCOVERED-HTTP', ['requirements.txt:3 httpx==0.27.0']],
      ['PY-KAFKA-PRODUCE-NO-INJECT', ['requirements.txt:4 confluent-kafka==2.5.0']],
    ]);
  });

  it('is left out where no manifest declares it, or several are meant', async () => {
    const findings = await inPython('fastapi\nopentelemetry-sdk\nopentelemetry-exporter-otlp\n');
    assert.equal(findings.length, 2);
    for (const { evidence } of findings) assert.ok(!evidence.some((one) => one.startsWith('requirements')));
  });

  it('is among the evidence in Go', async () => {
    const { findings } = await lintProject(goCheck, {
      'go.mod':
        'module acme.io/orders\n\ngo 1.22\n\nrequire (\n\tgithub.com/IBM/sarama v1.43.0\n\tgithub.com/segmentio/kafka-go v0.4.47\n\tgo.opentelemetry.io/otel/sdk v1.29.0\n)\n',
      'main.go': `package main

import (
	"net/http"

	"github.com/segmentio/kafka-go"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/trace"
)

var writer = &kafka.Writer{Topic: "orders"}

func placed(w http.ResponseWriter, r *http.Request) {
	writer.WriteMessages(r.Context(), kafka.Message{Value: []byte("a")})
}

func main() {
	otel.SetTracerProvider(trace.NewTracerProvider())
	otel.SetTextMapPropagator(propagation.TraceContext{})
	http.ListenAndServe(":80", otelhttp.NewHandler(http.HandlerFunc(placed), "orders"))
}
`,
    });
    assert.deepEqual(
      findings.map(({ rule, evidence }) => [rule, evidence.filter((one) => one.startsWith('go.mod'))]),
      [['GO-KAFKA-PRODUCE-NO-INJECT', ['go.mod:7 github.com/segmentio/kafka-go v0.4.47']]],
    );
  });

  it('is among the evidence in C#', async () => {
    const { findings } = await lintProject(dotnetCheck, {
      'Shop.csproj':
        '<Project Sdk="Microsoft.NET.Sdk.Web">\n  <ItemGroup>\n    <PackageReference Include="Confluent.Kafka" Version="2.5.0" />\n    <PackageReference Include="OpenTelemetry.Extensions.Hosting" Version="1.9.0" />\n  </ItemGroup>\n</Project>\n',
      'Program.cs': `using Confluent.Kafka;
using OpenTelemetry.Trace;
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddOpenTelemetry().WithTracing(t => t.AddAspNetCoreInstrumentation().AddOtlpExporter());
builder.Services.AddSingleton(new ProducerBuilder<string, string>(new ProducerConfig()).Build());
var app = builder.Build();
app.MapPost("/orders", async (IProducer<string, string> producer) =>
{
    await producer.ProduceAsync("orders", new Message<string, string> { Key = "a", Value = "b" });
});
app.Run();
`,
    });
    assert.deepEqual(
      findings.map(({ rule, evidence }) => [rule, evidence.filter((one) => one.startsWith('Shop'))]),
      [['CS-KAFKA-PRODUCE-NO-INJECT', ['Shop.csproj:3 Confluent.Kafka 2.5.0']]],
    );
  });
});
