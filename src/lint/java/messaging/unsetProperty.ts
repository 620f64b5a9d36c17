import type { ProcessUnit } from '../../project/processUnit';
import { propertyOf } from '../properties';

/** How a property that has to be `true` is found: told to be something else, or not told. */
export function howItIs(unit: ProcessUnit, property: string): string {
  const given = propertyOf(unit, property);
  return given === undefined ? 'is not set and is off by default' : `is \`${given.value.trim()}\``;
}
