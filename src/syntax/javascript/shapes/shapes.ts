import type { Shapes } from '../../extract/captures';
import { assignmentShape } from './assignments';
import { declaratorShape } from './declarators';
import { fieldShape } from './fields';
import { classShape } from './heritage';
import { pairShape } from './pairs';

/** What JavaScript's and TypeScript's queries leave to be told apart. */
export const JAVASCRIPT_SHAPES: Shapes = {
  assigned: assignmentShape,
  class: classShape,
  declared: declaratorShape,
  field: fieldShape,
  pair: pairShape,
};
