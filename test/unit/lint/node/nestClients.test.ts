import assert from 'node:assert/strict';
import { found, HTTP, manifest, sdk, UNDICI } from './support';

const module = (transport: string, imports = 'ClientsModule'): string => `import { Module } from '@nestjs/common';
import { ${imports}, Transport } from '@nestjs/microservices';

@Module({
  imports: [ClientsModule.register([{ name: 'BILLING', transport: Transport.${transport}, options: {} }])],
})
export class AppModule {}
`;

const MAIN = `import './tracing';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';
async function bootstrap() {
  const app = await NestFactory.create(AppModule);
  await app.listen(3000);
}
bootstrap();
`;

describe('lint: clients of Nest’s microservices', () => {
  const nest = async (files: Record<string, string>, list = `${HTTP}, ${UNDICI}`): Promise<readonly string[]> =>
    found({
      'package.json': manifest({ '@nestjs/core': '^10.0.0', '@nestjs/microservices': '^10.0.0' }),
      'src/tracing.ts': sdk(list),
      'src/main.ts': MAIN,
      ...files,
    });

  it('finds the transports that decorators of modules name', async () => {
    assert.deepEqual(await nest({ 'src/app.module.ts': module('RMQ') }), ['MSG-NO-INJECT src/tracing.ts:9']);
    assert.deepEqual(await nest({ 'src/app.module.ts': module('KAFKA') }), ['JS-KAFKAJS-NO-INSTR src/tracing.ts:9']);
    assert.deepEqual(await nest({ 'src/app.module.ts': module('GRPC') }), [
      'JS-SDK-NO-INSTRUMENTATIONS src/tracing.ts:9',
    ]);
  });

  it('reports TCP, NATS and Redis, whose messages nothing instruments, once for a process', async () => {
    assert.deepEqual(await nest({ 'src/app.module.ts': module('TCP') }), ['JS-UNCOVERED-LIB src/app.module.ts:5']);
    assert.deepEqual(await nest({ 'src/app.module.ts': module('NATS') }), ['MSG-NO-INJECT src/app.module.ts:5']);
    const two = { 'src/app.module.ts': module('REDIS'), 'src/more.module.ts': module('REDIS') };
    assert.deepEqual(await nest(two), ['MSG-NO-INJECT src/app.module.ts:5']);
  });

  it('follows factories, and the decorator of a field', async () => {
    const factory = module('TCP').replace(
      /ClientsModule\.register[^]*?\]\)/,
      `ClientsModule.registerAsync([{ name: 'BILLING', useFactory: (config) => ({ transport: Transport.TCP, options: config }) }])`,
    );
    assert.deepEqual(await nest({ 'src/app.module.ts': factory }), ['JS-UNCOVERED-LIB src/app.module.ts:5']);
    const field = `import { Client, ClientProxy, Transport } from '@nestjs/microservices';
export class Orders {
  @Client({ transport: Transport.REDIS, options: { host: 'redis' } })
  private readonly billing: ClientProxy;
}
`;
    assert.deepEqual(await nest({ 'src/orders.ts': field }), ['MSG-NO-INJECT src/orders.ts:3']);
  });

  it('leaves servers, own serializers and what is injected by hand alone', async () => {
    const server = MAIN.replace(
      'await app.listen',
      'app.connectMicroservice({ transport: Transport.TCP });\n  await app.listen',
    ).replace('import { AppModule', "import { Transport } from '@nestjs/microservices';\nimport { AppModule");
    assert.deepEqual(await nest({ 'src/main.ts': server }), []);
    const serializer = module('TCP').replace('options: {}', 'options: {}, serializer: new TracingSerializer()');
    assert.deepEqual(await nest({ 'src/app.module.ts': serializer }), []);
    const byHand = `import { context, propagation } from '@opentelemetry/api';
export function carry() {
  const carrier = {};
  propagation.inject(context.active(), carrier);
  return carrier;
}
`;
    assert.deepEqual(await nest({ 'src/app.module.ts': module('TCP'), 'src/carry.ts': byHand }), []);
  });
});
