import type { Expression } from '../../../syntax/code/expression';
import { dotted } from '../../code/names';
import type { Program } from '../../code/program';
import type { Place } from '../modules';
import { possibleValues } from '../values';

/** An address may be put together in this many steps. */
const MAX_DEPTH = 4;

/** What gives an address as a text, with or without a slash at its end. */
const SAME_ADDRESS = /^(toString|toJSON|replace|replaceAll|trim|trimEnd|concat|href)$/;

/** What an address begins with. */
interface AddressHead {
  /** The last part of its name, as `API_URL` of `process.env.API_URL`. */
  readonly name: string;
  readonly written: string;
}

/**
 * What an address begins with: `BASE` of `${BASE}/orders`, of `BASE + '/orders'`, of `new URL('/orders', BASE)` and of
 * `new URL(`${BASE}/orders`).toString()`, by the name of the setting that it holds.
 */
export function headsOf(program: Program, address: Place, depth = 0): AddressHead[] {
  return possibleValues(program, address).flatMap((value) => {
    const inner = wholeOf(value.expression) ?? startOf(value.expression);
    if (inner === undefined || depth > MAX_DEPTH) return [];
    const place = { ...value, expression: inner };
    return possibleValues(program, place).flatMap((one): AddressHead[] => {
      if (wholeOf(one.expression) !== undefined) return headsOf(program, one, depth + 1);
      if (inner !== value.expression && one.expression.kind === 'text' && one.expression.holes.length > 0)
        return headsOf(program, one, depth + 1);
      const name = (dotted(one.expression) ?? dotted(inner))?.split('.').at(-1);
      return name === undefined ? [] : [{ name, written: value.source.textOf(inner) }];
    });
  });
}

/** The address out of which another object or text for the same server is made. */
function wholeOf(expression: Expression): Expression | undefined {
  if (expression.kind === 'member') return expression.name === 'href' ? expression.object : undefined;
  if (expression.kind !== 'call') return undefined;
  const { callee, args } = expression;
  const [first, base] = args;
  if (callee.kind === 'name') {
    if (expression.isNew === true && callee.name === 'URL') return (base ?? first)?.value;
    return callee.name === 'String' ? first?.value : undefined;
  }
  return callee.kind === 'member' && SAME_ADDRESS.test(callee.name) ? callee.object : undefined;
}

function startOf(expression: Expression): Expression | undefined {
  const isSet = expression.kind === 'text' && /^(https?:\/\/)?$/.test(expression.pieces[0] ?? 'x');
  const head = isSet ? expression.holes[0] : expression;
  return head?.kind === 'binary' ? head.left : head;
}
