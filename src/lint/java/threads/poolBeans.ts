import type { Expression } from '../../../syntax/code/expression';
import { annotationOf, attributeOf, type CallPlace } from '../declarations';
import type { JavaCode } from '../javaCode';
import { HANDS_ON } from '../spring/asyncExecutors';
import { rootVariable } from '../spring/springClients';
import { namesType } from '../typeNames';

const MAKERS = [
  'newFixedThreadPool',
  'newCachedThreadPool',
  'newSingleThreadExecutor',
  'newWorkStealingPool',
  'newVirtualThreadPerTaskExecutor',
  'newThreadPerTaskExecutor',
];

/** A pool of Java's own that is a bean. */
interface PoolBean {
  readonly place: CallPlace;
  readonly name: string;
}

/** The pools of Java's own that beans give bare. */
function poolBeans(code: JavaCode): PoolBean[] {
  return MAKERS.flatMap((name) => code.calls(name)).flatMap((place) => {
    const { source, function: fn, call } = place;
    const bean = annotationOf(fn, 'Bean');
    if (bean === undefined || call.callee.kind !== 'member' || HANDS_ON.test(source.textOf(fn))) return [];
    if (!namesType(source, call.callee.object, 'java.util.concurrent.Executors')) return [];
    if (!/^(\w+\.)*(Executor|ExecutorService)$/.test((fn.returns ?? '').trim())) return [];
    const named = attributeOf(bean, 'name') ?? attributeOf(bean, 'value');
    return [{ place, name: named?.kind === 'text' ? (named.value ?? '') : fn.name }];
  });
}

/**
 * The bean that a hand-off's executor is: the one its file asks for by name or names its variable after; the only one, where
 * it asks for none. `undefined` where the executor is made elsewhere.
 */
export function poolBeanOf(code: JavaCode, user: CallPlace, executor: Expression | undefined): CallPlace | undefined {
  if (executor === undefined) return undefined;
  const beans = poolBeans(code);
  const variable = rootVariable(executor) ?? '';
  const asked = [...user.source.code.text.matchAll(/@(?:Qualifier|Named|Resource)\s*\(\s*(?:name\s*=\s*)?"([^"]+)"/g)];
  const names = [...asked.map(([, name]) => name!), variable];
  const fitting = beans.filter(({ name }) => names.includes(name));
  if (fitting.length === 1) return fitting[0]!.place;
  return fitting.length === 0 && asked.length === 0 && beans.length === 1 && isGiven(user, variable)
    ? beans[0]!.place
    : undefined;
}

/** A field or parameter that nothing in its file makes. */
function isGiven({ source }: CallPlace, variable: string): boolean {
  return variable !== '' && !new RegExp(`\\b${variable}\\s*=\\s*(new\\b|Executors\\b)`).test(source.code.text);
}
