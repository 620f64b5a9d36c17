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
