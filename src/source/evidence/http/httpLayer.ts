import { attributeText, firstText } from '../../../model/attributes';
import type { OperationKey } from '../../../model/operation';

/** What a span of one layer of an HTTP stack says: a middleware, a hook, or the layer that calls a route's handler. */
export interface HttpLayer {
  /** Whether the span measures what answers a route. */
  readonly answers: boolean;
  /** The layer's function; undefined where it has no name, or the instrumentation sends none. */
  readonly function: string | undefined;
  /** Whether the instrumentation says that the function has no name. */
  readonly isNameless: boolean;
  /** The route, where only the layer's own attributes or the span's name have it. */
  readonly route: string | undefined;
}

const TYPES = ['express.type', 'koa.type', 'fastify.type', 'router.type', 'restify.type', 'connect.type', 'hapi.type'];
const NAMES = ['express.name', 'koa.name', 'fastify.name', 'hook.callback.name', 'router.name', 'restify.name'];
const NAMELESS = /^(<?anonymous>?|)$/;

/**
 * Reads the attributes of instrumentation-express (`express.name` is the route of a handler, the function of a
 * middleware), -router, -koa, -restify, -connect, -hapi, -fastify and @fastify/otel.
 * @returns undefined for spans that are no layers.
 */
export function httpLayer({ attributes, name }: OperationKey): HttpLayer | undefined {
  const type = firstText(attributes, TYPES) ?? (attributes.has('hook.callback.name') ? 'hook' : undefined);
  if (type === undefined) return undefined;
  const isRouter = type === 'router' && !attributes.has('express.type');
  const own = firstText(attributes, NAMES)
    ?.replace(/^bound /, '')
    .replace(/^.* - /, '');
  const isRoute = own !== undefined && (own.startsWith('/') || own === attributeText(attributes, 'http.route'));
  const isNameless = own !== undefined && NAMELESS.test(own);
  return {
    // hapi calls a route that a plugin registers a plugin's.
    answers: /^request[_-]handler$/.test(type) || isRouter || (type === 'plugin' && attributes.has('hapi.type')),
    function: isRoute || isNameless || (type === 'router' && !isRouter) ? undefined : own,
    isNameless,
    route: isRoute && own.startsWith('/') ? own : /^(?:request handler|router|route) - (\/.*)$/.exec(name)?.[1],
  };
}
