import { writeFileSync } from 'node:fs';
import { parseOperations } from '../../../src/cli/mappingRequest';
import { openMapper } from '../../support/mappingWorkspace';
import { operationsOfShop } from './tracedShop';

const ROUNDS = 2;

/** How many operations were resolved and mapped, and the CPU seconds of each round. */
export interface ResolvedOperations {
  readonly count: number;
  readonly mapped: number;
  readonly cpu: readonly number[];
}

/** Resolves the operations of the shop, each round with an index of its own: `node resolvedOperations.js <tree> <answer>`. */
async function main([tree = '', answer = '']: readonly string[]): Promise<void> {
  const requests = parseOperations(operationsOfShop(), 'operations');
  const cpu: number[] = [];
  let mapped = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const mapper = await openMapper([tree]);
    mapper.noteServices(requests.map(({ key }) => key.service));
    const before = process.cpuUsage();
    mapped = 0;
    for (const { key } of requests) if ((await mapper.map(key)).status === 'mapped') mapped++;
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / 1e6);
  }
  const told: ResolvedOperations = { count: requests.length, mapped, cpu };
  writeFileSync(answer, JSON.stringify(told));
}

void main(process.argv.slice(2));
