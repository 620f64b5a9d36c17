import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { transformSync } from 'esbuild';
import { openMapper, operation, told, withFolder } from '../../support/mappingWorkspace';

const SOURCE = `interface Order {
  id: string;
}

export class OrderService {
  place(order: Order): string {
    const label: string = order.id;
    return label;
  }
}
`;

function compiled(sourcefile: string, inline: boolean): { code: string; map: string } {
  return transformSync(SOURCE, { loader: 'ts', sourcemap: inline ? 'inline' : 'external', sourcefile });
}

function place(file: string, line: number, name?: string): Record<string, string | number> {
  return {
    'code.file.path': file,
    'code.line.number': line,
    ...(name === undefined ? {} : { 'code.function.name': name }),
  };
}

describe('compiled JavaScript', () => {
  it('goes back through a map beside the file, an inline map and a bundler’s map', async () => {
    const beside = compiled('../src/orderService.ts', false);
    const inline = compiled('webpack://shop/./src/orderService.ts', true);
    const line = beside.code.split('\n').findIndex((row) => row.includes('const label')) + 1;
    const files = {
      'package.json': '{}',
      'src/orderService.ts': SOURCE,
      'dist/orderService.js': `${beside.code}//# sourceMappingURL=orderService.js.map\n`,
      'dist/orderService.js.map': beside.map,
      'dist/bundle.js': inline.code,
      'dist/broken.js': '//# sourceMappingURL=broken.js.map\n',
      'dist/broken.js.map': '{ "version": 3, "mappings": ',
    };
    await withFolder(files, async (folder) => {
      const mapper = await openMapper([folder]);
      const ask = async (attributes: Record<string, string | number>): Promise<string> =>
        told(mapper, await mapper.map(operation('INTERNAL', 'x', attributes, { language: 'nodejs' })));
      const where = 'src/orderService.ts:6 OrderService.place';
      assert.equal(await ask(place('/app/dist/orderService.js', line)), `${where} 0.9`);
      assert.equal(await ask(place('/app/dist/orderService.js', line, 'OrderService.place')), `${where} 0.99`);
      assert.equal(await ask(place('/app/dist/bundle.js', line)), `${where} 0.9`);
      assert.equal(await ask(place('/app/dist/broken.js', 1)), 'unmapped file-not-found');
    });
  });

  it('knows the source by its path where there is no map, but not its lines', async () => {
    await withFolder({ 'package.json': '{}', 'src/orders/orderService.ts': SOURCE }, async (folder) => {
      const mapper = await openMapper([folder]);
      const ask = async (name?: string): Promise<string> =>
        told(
          mapper,
          await mapper.map(
            operation('INTERNAL', `x ${name ?? ''}`, place('/app/dist/orders/orderService.js', 3, name)),
          ),
        );
      assert.equal(await ask('OrderService.place'), 'src/orders/orderService.ts:6 OrderService.place 0.95');
      assert.match(await ask(), /^unmapped/);
    });
  });

  describe('without a map', () => {
    const BASE = '{\n  // shared\n  "compilerOptions": { "outDir": "./never", "rootDir": "./never", },\n}\n';
    const files = {
      'package.json': '{}',
      'tsconfig.base.json': BASE,
      'apps/api/tsconfig.json':
        '{ /* of the API */ "extends": "../../tsconfig.base", "compilerOptions": { "outDir": "../../public/api", "rootDir": "code" } }',
      'apps/api/package.json': '{"name": "api"}',
      'apps/api/code/orders/place.ts': SOURCE,
      'apps/api/src/orders/place.ts': SOURCE,
      'apps/web/tsconfig.json': '{ "extends": ["./tsconfig.paths.json"], "include": ["client/**/*.ts"] }',
      'apps/web/tsconfig.paths.json': '{ "compilerOptions": { "outDir": "js" } }',
      'apps/web/client/cart.tsx': SOURCE,
    };
    const ask = async (folder: string, file: string, change?: (folder: string) => void): Promise<string> => {
      const mapper = await openMapper([folder]);
      const key = operation('INTERNAL', 'x', place(file, 3, 'OrderService.place'), { language: 'nodejs' });
      if (change) {
        await mapper.map(key);
        change(folder);
        await mapper.updateFile(path.join(folder, 'apps/api/tsconfig.json'), undefined);
      }
      return told(mapper, await mapper.map(key));
    };

    it('goes by outDir and rootDir of the tsconfig, through extends, comments and commas', async () => {
      await withFolder(files, async (folder) => {
        assert.match(await ask(folder, '/app/public/api/orders/place.js'), /^apps\/api\/code\/orders\/place\.ts:6 /);
        assert.match(await ask(folder, '/srv/api/orders/place.js'), /^apps\/api\/code\/orders\/place\.ts:6 /);
        assert.match(await ask(folder, '/srv/web/js/cart.js'), /^apps\/web\/client\/cart\.tsx:6 /);
      });
    });

    it('asks anew when the tsconfig changes, and bears one that is half typed', async () => {
      await withFolder(files, async (folder) => {
        const tsconfig = path.join(folder, 'apps/api/tsconfig.json');
        const moved = '{ "compilerOptions": { "outDir": "../../public/api", "rootDir": "src" } }';
        const found = await ask(folder, '/app/public/api/orders/place.js', () => writeFileSync(tsconfig, moved));
        assert.match(found, /^apps\/api\/src\/orders\/place\.ts:6 /);
        const broken = await ask(folder, '/srv/web/js/cart.js', () =>
          writeFileSync(tsconfig, '{ "compilerOptions": {'),
        );
        assert.match(broken, /^apps\/web\/client\/cart\.tsx:6 /);
      });
    });
  });
});
