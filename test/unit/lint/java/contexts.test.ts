import assert from 'node:assert/strict';
import { javaCheck } from '../../../../src/lint/java/check';
import { lintProject } from '../support/lintProject';
import { foundIn } from './oneFile';
import { AGENT, MAIN, MICROMETER, pom, SOURCES } from './projects';

const SDK = ['io.opentelemetry:opentelemetry-sdk:1.40.0', 'io.opentelemetry:opentelemetry-exporter-otlp:1.40.0'];

const HEAD = `package com.acme.orders;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.*;
import io.opentelemetry.context.*;
import io.opentelemetry.context.propagation.*;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import java.net.http.HttpClient;
import java.util.*;
import org.springframework.web.client.RestTemplate;

`;

async function found(
  code: string,
  dependencies?: readonly string[],
  more?: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const findings = await foundIn({ head: HEAD, code, dependencies, more });
  return findings.map(({ rule, line }) => `${rule} ${line}`);
}

/** A method with these statements; its first is line 5. */
const method = (statements: string): string => `class A {
  private final TextMapPropagator propagator;
  private final Tracer tracer;
  void handle(Map<String, String> headers, Message message) {
    ${statements}
  }
}
`;

const extract = 'propagator.extract(Context.current(), headers, GETTER)';

describe('a context that is read and not used', () => {
  it('is found where nobody takes it, with an agent too', async () => {
    assert.deepEqual(await found(method(`${extract};\n    process(message);`)), ['EXTRACT-UNUSED 5']);
    assert.deepEqual(await found(method(`${extract};`), MICROMETER, { Dockerfile: AGENT }), ['EXTRACT-UNUSED 5']);
  });

  it('is found in a variable that nobody reads, in a lambda too', async () => {
    assert.deepEqual(await found(method(`Context parent = ${extract};\n    process(message);`)), ['EXTRACT-UNUSED 5']);
    const lambda = `subscribe(m -> {\n      Context parent = GlobalOpenTelemetry.getPropagators().getTextMapPropagator().extract(Context.current(), m.headers(), GETTER);\n      process(m);\n    });`;
    assert.deepEqual(await found(method(lambda)), ['EXTRACT-UNUSED 6']);
  });

  it('is no finding where it is made current, a parent, returned or kept', async () => {
    for (const used of [
      `try (Scope scope = ${extract}.makeCurrent()) { process(message); }`,
      `Context parent = ${extract}; try (Scope scope = parent.makeCurrent()) { process(message); }`,
      `Span span = tracer.spanBuilder("process").setParent(${extract}).startSpan(); span.end();`,
      `this.parent = ${extract};`,
      `process(message, ${extract});`,
      `Context parent = ${extract}; pool.submit(parent.wrap(() -> process(message)));`,
    ])
      assert.deepEqual(await found(method(used)), [], used);
    assert.deepEqual(
      await found(
        'class A { Context of(Map<String, String> headers) { return propagator.extract(Context.root(), headers, GETTER); } TextMapPropagator propagator; }\n',
      ),
      [],
    );
  });

  it('is no finding of other things that are extracted', async () => {
    assert.deepEqual(
      await found(method('zip.extract(file, target);\n    String id = json.extract(headers, "id");')),
      [],
    );
  });

  it('is found of Micrometer’s builder', async () => {
    assert.deepEqual(
      await found(method('Span.Builder builder = propagator.extract(message, GETTER);\n    process(message);')),
      ['EXTRACT-UNUSED 5'],
    );
    assert.deepEqual(
      await found(method('Span span = propagator.extract(message, GETTER).name("process").start(); span.end();')),
      [],
    );
  });
});

describe('a context that is written where nobody sends it', () => {
  it('is found in a map of its own', async () => {
    const code =
      'Map<String, String> carrier = new HashMap<>();\n    propagator.inject(Context.current(), carrier, Map::put);\n    send(message);';
    assert.deepEqual(await found(method(code)), ['EXTRACT-UNUSED 6']);
  });

  it('is no finding where the map is sent, is a parameter, or the message itself is written', async () => {
    for (const sent of [
      'Map<String, String> carrier = new HashMap<>(); propagator.inject(Context.current(), carrier, Map::put); send(message, carrier);',
      'Map<String, String> carrier = new HashMap<>(); propagator.inject(Context.current(), carrier, Map::put); carrier.forEach(message::header);',
      'propagator.inject(Context.current(), headers, Map::put);',
      'propagator.inject(Context.current(), message, SETTER); send(message);',
    ])
      assert.deepEqual(await found(method(sent)), [], sent);
  });
});

describe('a span that is not current when a call is made', () => {
  const call = 'rest.getForObject("http://stock/1", String.class);';
  const code = (statements: string): string =>
    method(statements).replace(
      'private final Tracer tracer;',
      'private final Tracer tracer; private final RestTemplate rest;',
    );

  it('is found with OpenTelemetry’s and Micrometer’s tracer', async () => {
    assert.deepEqual(
      await found(code(`Span span = tracer.spanBuilder("a").startSpan();\n    ${call}\n    span.end();`)),
      ['SPAN-NOT-ACTIVE 5'],
    );
    assert.deepEqual(
      await found(code(`Span span = tracer.nextSpan().name("a").start();\n    ${call}\n    span.end();`)),
      ['SPAN-NOT-ACTIVE 5'],
    );
  });

  it('is found in try and finally', async () => {
    assert.deepEqual(
      await found(
        code(
          `Span span = tracer.spanBuilder("a").setSpanKind(SpanKind.CLIENT).startSpan();\n    try {\n      ${call}\n    } finally { span.end(); }`,
        ),
      ),
      ['SPAN-NOT-ACTIVE 5'],
    );
  });

  it('is no finding where it is made current or given on', async () => {
    for (const used of [
      `Span span = tracer.spanBuilder("a").startSpan(); try (Scope s = span.makeCurrent()) { ${call} } finally { span.end(); }`,
      `Span span = tracer.nextSpan().start(); try (var s = tracer.withSpan(span)) { ${call} } finally { span.end(); }`,
      `Span span = tracer.spanBuilder("a").startSpan(); call(span, () -> rest.getForObject("u", String.class)); span.end();`,
    ])
      assert.deepEqual(await found(code(used)), [], used);
  });

  it('is no finding where no call follows before its end', async () => {
    assert.deepEqual(
      await found(
        code(`Span span = tracer.spanBuilder("a").startSpan(); span.setAttribute("k", 1); span.end(); ${call}`),
      ),
      [],
    );
    assert.deepEqual(await found(code(`${call} Span span = tracer.spanBuilder("a").startSpan(); span.end();`)), []);
  });
});

describe('propagators of an SDK that is built by hand', () => {
  const setup = (more = '', after = ''): string => `class A {
  OpenTelemetry open(SdkTracerProvider provider) {
    var builder = OpenTelemetrySdk.builder().setTracerProvider(provider)${more};
    ${after}
    return builder.build();
  }
}
`;

  it('are missed by what calls others', async () => {
    assert.deepEqual(await found(setup(), SDK), ['GO-PROP-UNSET 3']);
  });

  it('are set in the chain, later on the builder, or elsewhere in the process', async () => {
    const set = 'setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))';
    assert.deepEqual(await found(setup(`.${set}`), SDK), []);
    assert.deepEqual(await found(setup('', `builder.${set};`), SDK), []);
    const other = {
      [`${SOURCES}/B.java`]:
        'package com.acme.orders;\nimport io.opentelemetry.context.propagation.*;\nclass B { static final ContextPropagators ALL = ContextPropagators.create(P); }\n',
    };
    assert.deepEqual(await found(setup(), SDK, other), []);
  });

  it('come with the auto-configured SDK, the agent and Micrometer', async () => {
    assert.deepEqual(
      await found(
        'class A { OpenTelemetry open() { return AutoConfiguredOpenTelemetrySdk.initialize().getOpenTelemetrySdk(); } }\n',
        SDK,
      ),
      [],
    );
    assert.deepEqual(await found(setup(), SDK, { Dockerfile: AGENT }), []);
    assert.deepEqual(await found(setup(), MICROMETER), []);
  });

  it('are missed by nobody where nothing asks for them', async () => {
    const served = setup().replace(/^/, '@RestController\n');
    const { findings } = await lintProject(javaCheck, {
      'pom.xml': pom('orders', ...SDK, 'org.springframework.boot:spring-boot-starter-web'),
      [`${SOURCES}/A.java`]: `package com.acme.orders;\nimport io.opentelemetry.sdk.OpenTelemetrySdk;\n${served}`,
    });
    assert.deepEqual(findings, []);
  });

  it('are missed by an instrumentation that the process declares', async () => {
    const { short } = await lintProject(javaCheck, {
      'pom.xml': pom('orders', ...SDK, 'io.opentelemetry.instrumentation:opentelemetry-grpc-1.6:2.9.0-alpha'),
      [`${SOURCES}/A.java`]: `package com.acme.orders;\nimport io.opentelemetry.sdk.OpenTelemetrySdk;\n${setup()}`,
    });
    assert.deepEqual(short, [`GO-PROP-UNSET ${SOURCES}/A.java:5`]);
  });

  it('are not missed by metrics, nor where the builder is handed on', async () => {
    assert.deepEqual(await found(setup().replace('setTracerProvider', 'setMeterProvider'), SDK), []);
    const handed =
      'class A { OpenTelemetry open(SdkTracerProvider p) { return finish(OpenTelemetrySdk.builder().setTracerProvider(p)); } }\n';
    assert.deepEqual(await found(handed, SDK), []);
  });
});

describe('propagators that others do not understand, in Java', () => {
  const yaml = (line: string): Record<string, string> => ({ 'src/main/resources/application.yml': `${line}\n` });

  it('are hints at the property that switches propagation off or leaves W3C out', async () => {
    const said = async (line: string): Promise<readonly string[]> => {
      const { findings } = await lintProject(javaCheck, {
        'pom.xml': pom('orders', ...MICROMETER),
        [`${SOURCES}/OrdersApplication.java`]: MAIN,
        ...yaml(line),
      });
      return findings.map(({ rule, severity, file, line: at }) => `${rule} ${severity} ${file}:${at}`);
    };
    const hint = ['PROP-MISMATCH hint src/main/resources/application.yml:1'];
    assert.deepEqual(await said('management.tracing.propagation.type: b3'), hint);
    assert.deepEqual(await said('management.tracing.propagation.produce: "none"'), hint);
    assert.deepEqual(await said('management.tracing.propagation.type: w3c,b3'), []);
    assert.deepEqual(await said('management.tracing.propagation.type: ${PROPAGATION:b3}'), []);
  });

  it('are heard of from the environment, with an agent', async () => {
    const image = AGENT.replace('ENTRYPOINT', 'ENV OTEL_PROPAGATORS=none\nENTRYPOINT');
    assert.deepEqual(
      (await found('class A {}\n', SDK, { Dockerfile: image })).map((one) => one.split(' ')[0]),
      ['PROP-MISMATCH'],
    );
    assert.deepEqual(
      await found('class A {}\n', SDK, { Dockerfile: image.replace('none', 'tracecontext,baggage') }),
      [],
    );
  });
});
