import assert from 'node:assert/strict';
import { javaCheck } from '../../../../src/lint/java/check';
import { lintProject } from '../support/lintProject';
import { AGENT, MAIN, MICROMETER, pom, SOURCES, STARTER } from './projects';

const STUBS = `package com.acme.orders;
import io.grpc.*;
@Configuration
class Stubs {
  @Bean StockGrpc.StockBlockingStub stock(StockSettings settings) {
    ManagedChannel channel = ManagedChannelBuilder.forAddress(settings.host(), settings.port()).usePlaintext().build();
    return StockGrpc.newBlockingStub(channel);
  }
}
`;

async function found(
  stubs: string,
  dependencies: readonly string[] = MICROMETER,
  more: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const { findings } = await lintProject(javaCheck, {
    'pom.xml': pom('orders', ...dependencies),
    [`${SOURCES}/OrdersApplication.java`]: MAIN,
    [`${SOURCES}/Stubs.java`]: stubs,
    ...more,
  });
  return findings.map(({ rule, severity, line }) => `${rule} ${severity} ${line}`);
}

describe('lint/java: channels of gRPC', () => {
  it('are reported where code builds them without an interceptor', async () => {
    for (const dependencies of [MICROMETER, STARTER])
      assert.deepEqual(await found(STUBS, dependencies), ['JAVA-CLIENT-NO-AGENT hint 6']);
    const netty = STUBS.replace('io.grpc.*', 'io.grpc.netty.NettyChannelBuilder').replace(
      'ManagedChannelBuilder.forAddress(settings.host(), settings.port())',
      'NettyChannelBuilder.forTarget(settings.target())',
    );
    assert.deepEqual(await found(netty), ['JAVA-CLIENT-NO-AGENT hint 6']);
  });

  it('are a warning where the image is known to start no agent', async () => {
    const more = { Dockerfile: 'FROM eclipse-temurin:21\nENTRYPOINT ["java", "-jar", "app.jar"]\n' };
    assert.deepEqual(await found(STUBS, MICROMETER, more), ['JAVA-CLIENT-NO-AGENT warning 6']);
  });

  const silent: Readonly<Record<string, Parameters<typeof found>>> = {
    'one has an interceptor': [STUBS.replace('.usePlaintext()', '.intercept(interceptor)')],
    'the stub has one': [
      STUBS.replace('newBlockingStub(channel)', 'newBlockingStub(channel).withInterceptors(tracing)'),
    ],
    'an interceptor is a bean': [
      STUBS,
      MICROMETER,
      {
        [`${SOURCES}/Observed.java`]:
          'package com.acme.orders;\nclass Observed {\n  @GrpcGlobalClientInterceptor ObservationGrpcClientInterceptor one(ObservationRegistry all) { return new ObservationGrpcClientInterceptor(all); }\n}\n',
      },
    ],
    'an agent covers it': [STUBS, MICROMETER, { Dockerfile: AGENT }],
    'the process is not traced': [STUBS, MICROMETER.slice(0, 2)],
    'it goes to a vendor': [STUBS.replace('settings.host(), settings.port()', '"pubsub.googleapis.com", 443')],
    'it goes to a collector': [STUBS.replace('class Stubs', 'class SpanExporterConfig')],
    'main builds it': [
      STUBS.replace(
        '@Bean StockGrpc.StockBlockingStub stock(StockSettings settings)',
        'public static void main(String[] a)',
      ).replace('return StockGrpc', 'StockGrpc'),
    ],
    'the builder is another’s': [STUBS.replace('io.grpc.*', 'com.acme.rpc.*')],
  };
  for (const [why, given] of Object.entries(silent))
    it(`are left alone where ${why}`, async () => assert.deepEqual(await found(...given), []));
});
