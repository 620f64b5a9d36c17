import type { Argument, Call } from '../../../syntax/code/expression';
import type { CallPlace } from '../goUnit';
import { calledName } from '../goUnit';
import { isNil, type Value, type Values } from './values';

const MAX_STEPS = 60;

/** The options a call gets, with lists and helpers followed. */
export interface OptionList {
  readonly options: readonly Value[];
  /** There may be others. */
  readonly open: boolean;
}

/** The options from one of the arguments of a call on: those written there, and those in lists that are spread, or given. */
export function optionsOf(
  values: Values,
  { source, function: fn, call }: CallPlace,
  from: number,
  isList = false,
): OptionList {
  const options: Value[] = [];
  let open = false;
  const pending: { readonly value: Value; readonly isList: boolean }[] = [];
  const add = (at: Omit<Value, 'expression'>, argument: Argument): void => {
    pending.push({ value: { ...at, expression: argument.value }, isList: isList || argument.spread === true });
  };
  call.args.slice(from).forEach((argument) => add({ source, function: fn }, argument));
  const seen = new Set<unknown>();
  for (let at = pending.shift(); at !== undefined; at = pending.shift()) {
    const { value, isList } = at;
    if (seen.has(value.expression)) continue;
    seen.add(value.expression);
    if (seen.size > MAX_STEPS) return { options, open: true };
    const { expression } = value;
    if (!isList) {
      options.push(value);
      if (expression.kind === 'call' || values.isFunction(value)) continue;
      const origins = values.origins(value);
      if (origins === undefined || origins.open) open = true;
      options.push(...(origins?.values ?? []));
    } else if (expression.kind === 'list') {
      for (const item of expression.items)
        pending.push({ value: { ...value, expression: item.value }, isList: item.spread === true });
    } else if (expression.kind === 'call' && calledName(expression) === 'append') {
      appended(expression, value).forEach((one) => pending.push(one));
    } else if (isNil(expression) || (expression.kind === 'call' && calledName(expression) === 'make')) {
      continue;
    } else if (isRest(values, value, add)) {
      // `opts = append(opts, …)`: what the function puts in its place.
      for (const one of values.reassignedTo(value)) pending.push({ value: one, isList: true });
    } else {
      const origins = values.origins(value);
      if (origins === undefined || (origins.open && origins.values.length === 0)) open = true;
      for (const origin of origins?.values ?? []) pending.push({ value: origin, isList: true });
    }
  }
  return { options, open };
}

/** `dial(addr string, opts ...grpc.DialOption)`: the options that its callers give. */
function isRest(
  values: Values,
  value: Value,
  add: (at: Omit<Value, 'expression'>, argument: Argument) => void,
): boolean {
  const given = values.callsOfRest(value);
  for (const { place, from, frame } of given ?? []) {
    const at = { source: place.source, function: place.function, ...(frame ? { frame } : {}) };
    for (const argument of place.call.args.slice(from)) add(at, argument);
  }
  return given !== undefined;
}

function appended(call: Call, value: Value): { value: Value; isList: boolean }[] {
  return call.args.map((argument, i) => ({
    value: { ...value, expression: argument.value },
    isList: i === 0 || argument.spread === true,
  }));
}
