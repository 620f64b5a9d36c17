import type { CallSite } from '../extract/callSite';
import { nameGivenToSetup, setsUp } from '../extract/sourceFile';
import type { CallIdiom, JavascriptFile } from './file';

/** `{ 'service.name': 'shop' }`, `{ [ATTR_SERVICE_NAME]: 'shop' }`, `process.env.OTEL_SERVICE_NAME = 'shop'`. */
export function readServiceNames(file: JavascriptFile): void {
  for (const { parts } of file.captures.of('service')) {
    const name = file.values.text(parts.value);
    if (name !== undefined) file.facts.serviceNames.push(name);
  }
}

/** `new NodeSDK({ serviceName: 'shop' })`, `registerOTel({ serviceName: 'shop' })`, `registerOTel('shop')`. */
export const sdkOptions: CallIdiom = (call, file) => {
  const first = call.args[0];
  const given = first?.type === 'object' ? file.values.property(first, 'serviceName') : first;
  const name = file.values.text(given);
  if (name !== undefined) file.facts.serviceNames.push(name);
};

/** `initTracing('shop')`, or `tracer('shop')` where `tracer` is what `./tracer` exports. */
export function setupCall(call: CallSite, file: JavascriptFile): void {
  if (call.receiver !== '') return;
  const module = file.imported.get(call.name);
  const isSetup = module?.name === 'default' && /trac|telemetry|otel|instrumentation/i.test(module.from);
  const callee = isSetup ? 'initTracing' : call.name;
  // Of nearly all calls the name says enough: their arguments are not asked for.
  const first = setsUp(callee) ? call.args[0] : undefined;
  const name = first?.type === 'string' ? nameGivenToSetup(callee, file.values.text(first)) : undefined;
  if (name !== undefined) file.facts.serviceNames.push(name);
}
