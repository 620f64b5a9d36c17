import { writeFileSync } from 'node:fs';
import { openMapper } from '../../support/mappingWorkspace';
import { longFile } from './tracedShop';

/** Wall and CPU milliseconds of each key. */
export interface Keystrokes {
  readonly wall: readonly number[];
  readonly cpu: readonly number[];
}

/** Presses keys in a file of 1,000 lines: `node keystrokes.js <tree> <file> <keys> <answer>`. */
async function main([tree = '', file = '', keys = '', answer = '']: readonly string[]): Promise<void> {
  const mapper = await openMapper([tree]);
  await mapper.updateFile(file, longFile());
  const cpu: number[] = [];
  const wall: number[] = [];
  for (let key = 0; key < Number(keys); key++) {
    const text = longFile().replace('async () => load(id)', `async () => load${'d'.repeat(key)}(id)`);
    const began = performance.now();
    const before = process.cpuUsage();
    await mapper.updateFile(file, text);
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / 1e3);
    wall.push(performance.now() - began);
  }
  const told: Keystrokes = { wall, cpu };
  writeFileSync(answer, JSON.stringify(told));
}

void main(process.argv.slice(2));
