import assert from 'node:assert/strict';
import type { OperationKey } from '../../../src/model/operation';
import { operation, withMapped } from '../../support/mappingWorkspace';

/** Two controllers of one path and class name, as a new version of an API is made. */
const CONTROLLERS = {
  'package.json': '{ "name": "shop" }',
  'src/orders/v1/orders.controller.ts': `import { Controller, Get, Param, Post, Version, VERSION_NEUTRAL } from '@nestjs/common';

@Controller({ path: 'orders', version: '1' })
export class OrdersController {
  @Get(':id')
  findOne(@Param('id') id: string) {
    return id;
  }

  @Version(['1', '2'])
  @Post()
  create() {}

  @Version(VERSION_NEUTRAL)
  @Get('health')
  health() {}
}
`,
  'src/orders/v2/orders.controller.ts': `import { Controller, Get, Param } from '@nestjs/common';
import { SECOND } from '../../versions';

@Controller({ path: 'orders', version: SECOND })
export class OrdersController {
  @Get(':id')
  findOne(@Param('id') id: string) {
    return id;
  }
}
`,
  'src/items/items.controller.ts': `import { Controller, Get } from '@nestjs/common';

@Controller('items')
export class ItemsController {
  @Get()
  list() {}
}
`,
  'src/items/items.v3.controller.ts': `import { Controller, Get } from '@nestjs/common';

@Controller({ path: 'items', version: '3' })
export class ItemsV3Controller {
  @Get()
  list() {}
}
`,
  'src/versions.ts': `export const SECOND = '2';\n`,
};

function main(versioning: string): string {
  return `import { NestFactory } from '@nestjs/core';
import { VersioningType } from '@nestjs/common';
import { AppModule } from './app.module';

async function bootstrap() {
  const app = await NestFactory.create(AppModule);
  app.setGlobalPrefix('api');
  ${versioning}
  await app.listen(3000);
}
bootstrap();
`;
}

function request(method: string, route: string): OperationKey {
  return operation('SERVER', `${method} ${route}`, { 'http.route': route, 'http.request.method': method });
}

describe('versions of a Nest API', () => {
  const within = (
    versioning: string,
    run: (ask: (method: string, route: string) => Promise<string>) => Promise<void>,
  ): Promise<void> => withMapped({ ...CONTROLLERS, 'src/main.ts': main(versioning) }, request, run);

  it('stand in the path behind the global prefix: of the controller, of the method, the default', async () => {
    await within("app.enableVersioning({ type: VersioningType.URI, defaultVersion: '2' });", async (ask) => {
      assert.equal(
        await ask('GET', '/api/v1/orders/:id'),
        'src/orders/v1/orders.controller.ts:6 OrdersController.findOne 0.85',
      );
      assert.equal(
        await ask('GET', '/api/v2/orders/:id'),
        'src/orders/v2/orders.controller.ts:7 OrdersController.findOne 0.85',
      );
      for (const version of ['v1', 'v2']) {
        const found = await ask('POST', `/api/${version}/orders`);
        assert.equal(found, 'src/orders/v1/orders.controller.ts:12 OrdersController.create 0.85');
      }
      assert.equal(
        await ask('GET', '/api/orders/health'),
        'src/orders/v1/orders.controller.ts:16 OrdersController.health 0.85',
      );
      assert.equal(await ask('GET', '/api/v2/items'), 'src/items/items.controller.ts:6 ItemsController.list 0.85');
      assert.equal(await ask('GET', '/api/v3/items'), 'src/items/items.v3.controller.ts:6 ItemsV3Controller.list 0.85');
      assert.match(await ask('GET', '/api/v4/items'), /^unmapped/);
    });
  });

  it('are written with the prefix of their own, or without any', async () => {
    await within("app.enableVersioning({ type: VersioningType.URI, prefix: 'rev-' });", async (ask) => {
      assert.match(await ask('GET', '/api/rev-2/orders/:id'), /^src\/orders\/v2\/orders\.controller\.ts:7 .* 0\.85$/);
    });
    await within('app.enableVersioning({ prefix: false, type: VersioningType.URI });', async (ask) => {
      assert.match(await ask('GET', '/api/1/orders/:id'), /^src\/orders\/v1\/orders\.controller\.ts:6 .* 0\.85$/);
    });
    const computed =
      'app.enableVersioning({ type: VersioningType.URI, prefix: `${process.env.CONTEXT}v`, defaultVersion: "1" });';
    await within(computed, async (ask) => {
      assert.match(await ask('GET', '/api/v1/items'), /^src\/items\/items\.controller\.ts:6 .* 0\.85$/);
      assert.match(await ask('GET', '/api/v2/items'), /^unmapped/);
    });
    await within('app.enableVersioning();', async (ask) => {
      assert.match(await ask('GET', '/api/v2/orders/:id'), /^src\/orders\/v2\/orders\.controller\.ts:7 .* 0\.85$/);
      assert.match(await ask('GET', '/api/items'), /^src\/items\/items\.controller\.ts:6 .* 0\.85$/);
    });
  });

  it('are a choice where they come in a header', async () => {
    await within("app.enableVersioning({ type: VersioningType.HEADER, header: 'X-Version' });", async (ask) => {
      assert.equal(await ask('GET', '/api/orders/:id'), 'ambiguous 2');
    });
  });
});
