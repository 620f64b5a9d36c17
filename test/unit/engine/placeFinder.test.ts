import assert from 'node:assert/strict';
import type { Logger } from '../../../src/base/logger';
import { PlaceFinder, type Mapper } from '../../../src/engine/hints/placeFinder';
import type { Mapping } from '../../../src/model/location';
import { operationId } from '../../../src/model/operationTable';
import { madeKey, madeLocation } from '../hints/madeStats';

function mapped(line: number): Mapping {
  return { status: 'mapped', location: madeLocation(line), alternatives: [] };
}

const peek = (): Mapping => mapped(1);

function recorder(): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  return { logger: { debug: write, info: write, warn: write, error: write }, lines };
}

describe('place finder', () => {
  const a = madeKey('a');
  const b = madeKey('b');
  const idA = operationId(a);
  const idB = operationId(b);

  it('asks for each operation once, when there is somebody to ask', async () => {
    const asked: string[] = [];
    const finder = new PlaceFinder(recorder().logger);
    finder.want(idA, a);
    finder.want(idA, a);
    assert.equal(finder.get(idA), undefined);
    finder.use({
      peek,
      map: (key) => {
        asked.push(key.name);
        return Promise.resolve(mapped(3));
      },
    });
    finder.want(idB, b);
    await finder.settled(1000);
    assert.deepEqual(asked, ['a', 'b']);
    assert.equal(finder.get(idB)?.status, 'mapped');
    finder.dispose();
  });

  it('asks again for what the code may have moved, and keeps the old answer until then', async () => {
    let line = 3;
    const finder = new PlaceFinder(recorder().logger);
    finder.use({ peek, map: () => Promise.resolve(mapped(line)) });
    finder.want(idA, a);
    await finder.settled(1000);
    line = 8;
    finder.redo([idA, idB]);
    const before = finder.get(idA);
    assert.equal(before?.status === 'mapped' && before.location.line, 3);
    await finder.settled(1000);
    const after = finder.get(idA);
    assert.equal(after?.status === 'mapped' && after.location.line, 8);
    assert.equal(finder.get(idB), undefined);
    finder.dispose();
  });

  it('asks again when the code changed while the answer was worked out', async () => {
    let asked = 0;
    const finder = new PlaceFinder(recorder().logger);
    finder.use({ peek: () => (asked > 1 ? mapped(1) : undefined), map: () => Promise.resolve(mapped(++asked)) });
    finder.want(idA, a);
    await finder.settled(1000);
    const place = finder.get(idA);
    assert.equal(place?.status === 'mapped' && place.location.line, 2);
    finder.dispose();
  });

  it('goes on after a failure and says that it failed', async () => {
    const { logger, lines } = recorder();
    const mapper: Mapper = {
      peek,
      map: (key) => (key === a ? Promise.reject(new Error('parser gone')) : Promise.resolve(mapped(1))),
    };
    const finder = new PlaceFinder(logger);
    finder.use(mapper);
    finder.want(idA, a);
    finder.want(idB, b);
    await finder.settled(1000);
    assert.equal(finder.get(idA)?.status, 'unmapped');
    assert.equal(finder.get(idB)?.status, 'mapped');
    assert.ok(lines.some((line) => line.includes('parser gone')));
    finder.dispose();
  });

  it('lets the event loop run while it works', async () => {
    const finder = new PlaceFinder(recorder().logger);
    const spin = (): void => {
      const end = performance.now() + 3;
      while (performance.now() < end);
    };
    finder.use({ peek, map: () => Promise.resolve(spin()).then(() => mapped(1)) });
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    for (let i = 0; i < 40; i++) {
      const key = madeKey(`operation ${i}`);
      finder.want(operationId(key), key);
    }
    await finder.settled(5000);
    clearInterval(timer);
    assert.ok(turns > 5, `${turns} turns`);
    finder.dispose();
  });

  it('drops the answers of a mapper that was replaced', async () => {
    const finder = new PlaceFinder(recorder().logger);
    let release = (): void => undefined;
    finder.use({ peek, map: () => new Promise((resolve) => (release = () => resolve(mapped(1)))) });
    finder.want(idA, a);
    await new Promise((resolve) => setTimeout(resolve, 10));
    finder.use({ peek, map: () => Promise.resolve(mapped(9)) });
    release();
    await finder.settled(1000);
    await finder.settled(1000);
    const place = finder.get(idA);
    assert.equal(place?.status === 'mapped' && place.location.line, 9);
    finder.dispose();
  });
});
