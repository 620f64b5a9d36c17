import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { goCheck } from '../../../../src/lint/go/check';
import { javaCheck } from '../../../../src/lint/java/check';
import { nodeCheck } from '../../../../src/lint/node/check';
import { lintProject } from '../support/lintProject';
import { HTTP, manifest, sdk } from '../node/support';

describe('lint: what is explained of a process', () => {
  it('names libraries in Node that nothing covers', async () => {
    const { explained } = await lintProject(nodeCheck, {
      'package.json': manifest({ 'node-rdkafka': '^3.0.0' }),
      'src/tracing.ts': sdk(HTTP),
      'src/bus.ts': "import Kafka from 'node-rdkafka';\nexport const producer = new Kafka.Producer({});\n",
      'src/types.ts': "import type { Consumer } from 'kafka-node';\nexport type Taken = Consumer;\n",
    });
    assert.deepEqual(
      explained.filter((text) => text.startsWith('uncovered')),
      ['uncovered: node-rdkafka: no instrumentation of OpenTelemetry covers it'],
    );
  });

  it('says of libraries under an agent of Java that they are covered, by what loads it', async () => {
    const { explained, findings, facts } = await lintProject(javaCheck, {
      'pom.xml':
        '<project><groupId>a</groupId><artifactId>orders</artifactId><version>1</version><dependencies>\n<dependency><groupId>io.micrometer</groupId><artifactId>micrometer-tracing-bridge-otel</artifactId><version>1.3.0</version></dependency>\n<dependency><groupId>io.opentelemetry</groupId><artifactId>opentelemetry-exporter-otlp</artifactId><version>1.40.0</version></dependency>\n</dependencies></project>',
      Dockerfile:
        'FROM eclipse-temurin:21\nADD opentelemetry-javaagent.jar /otel.jar\nENV JAVA_TOOL_OPTIONS="-javaagent:/otel.jar"\nENTRYPOINT ["java", "-jar", "/app.jar"]\n',
      'src/main/java/a/App.java': 'package a;\npublic class App { public static void main(String[] args) {} }\n',
    });
    assert.deepEqual(findings, []);
    assert.ok(explained.some((text) => /^covered: RestTemplate, .*spring-kafka/.test(text)));
    assert.ok(!explained.some((text) => text.startsWith('partly')));
    assert.deepEqual(
      facts.units[0]!.deployment.agents.map(({ at }) => at.range.startLine + 1),
      [3],
    );
  });

  it('says of HttpClient that it is told to send nothing', async () => {
    const project = (current: string): Record<string, string> => ({
      'Shop.csproj':
        '<Project Sdk="Microsoft.NET.Sdk.Web">\n  <ItemGroup>\n    <PackageReference Include="OpenTelemetry.Extensions.Hosting" Version="1.9.0" />\n  </ItemGroup>\n</Project>\n',
      'Program.cs': `using System.Diagnostics;
using OpenTelemetry.Trace;
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddOpenTelemetry().WithTracing(t => t.AddAspNetCoreInstrumentation().AddOtlpExporter());
${current}
builder.Build().Run();
`,
    });
    const off = 'DistributedContextPropagator.Current = DistributedContextPropagator.CreateNoOutputPropagator();';
    const told = (await lintProject(dotnetCheck, project(off))).explained;
    assert.ok(told.includes('uncovered: HttpClient, which is told to send no context'));
    assert.ok(!told.includes('covered: HttpClient sends the context by itself'));
    const plain = (await lintProject(dotnetCheck, project(''))).explained;
    assert.ok(plain.includes('covered: HttpClient sends the context by itself'));
  });

  it('says of libraries in Go what has to be put around them', async () => {
    const { explained } = await lintProject(goCheck, {
      'go.mod':
        'module acme.io/orders\n\ngo 1.22\n\nrequire (\n\tgithub.com/segmentio/kafka-go v0.4.47\n\tgo.opentelemetry.io/contrib/instrumentation/net/http/otelhttp v0.54.0\n\tgo.opentelemetry.io/otel/sdk v1.29.0\n)\n',
      'main.go': `package main

import (
	"net/http"

	"github.com/segmentio/kafka-go"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/trace"
)

var writer = &kafka.Writer{}

func main() {
	otel.SetTracerProvider(trace.NewTracerProvider())
	http.ListenAndServe(":80", otelhttp.NewHandler(http.DefaultServeMux, "orders"))
}
`,
    });
    const told = (start: string): string[] => explained.filter((text) => text.startsWith(start));
    assert.equal(told('partly: net/http: only clients whose transport is wrapped').length, 1);
    assert.equal(told('uncovered: kafka-go: ').length, 1);
    assert.equal(told('uncovered').length, 1);
  });
});
