import type { BackendFault } from '../../../src/traces/backends/backendError';
import type { Fault } from './faultServer';

/** Ways in which a request fails, and what each is to be called. */
export const TWELVE_FAULTS: readonly (readonly [string, Fault, BackendFault])[] = [
  ['401', { kind: 'status', status: 401, body: 'who are you' }, 'unauthorised'],
  ['403', { kind: 'status', status: 403, body: 'no' }, 'forbidden'],
  ['404', { kind: 'status', status: 404, body: '404 page not found' }, 'notFound'],
  ['429', { kind: 'status', status: 429, headers: { 'retry-after': '9999' } }, 'throttled'],
  ['500', { kind: 'status', status: 500, body: 'boom' }, 'server'],
  ['a timeout', { kind: 'silence' }, 'timeout'],
  ['a body that stalls', { kind: 'passStall' }, 'timeout'],
  ['half a body', { kind: 'passHalf' }, 'incomplete'],
  ['HTML with 200', { kind: 'html', page: '<!doctype html><html><body>Welcome</body></html>' }, 'wrongType'],
  ['a sign-in page', { kind: 'html', page: '<html><form>Sign in <input type="password"></form></html>' }, 'login'],
  ['a wrong type', { kind: 'wrongType', type: 'image/png', body: 'PNG' }, 'wrongType'],
  ['a closed connection', { kind: 'hangUp' }, 'disconnected'],
];
